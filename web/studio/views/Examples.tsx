/** What a technique is asked for, by pictures and in words; the layer that does it in small print. A chunk of its own. */
import '../state/partWords';
import { defaultNetwork } from '../../../shared/networks';
import type { TechniqueName } from '../../../shared/techniques';
import { exampleFields, exampleRecipe, examplesOf } from '../../../shared/techniques/examples';
import { dictionary } from '../state/language';
import { editOf, recipes } from '../state/recipe';
import { resultLabel } from '../state/resultLabel';

type Fields = Readonly<Record<string, unknown>>;

const isChosen = (name: TechniqueName, fields: Fields): boolean => {
  const now = recipes.value[name] as unknown as Fields;
  return Object.entries(fields).every(([field, value]) => JSON.stringify(now[field]) === JSON.stringify(value));
};

/** Layers are the embedded network's. */
export function Examples({ name }: { readonly name: TechniqueName }) {
  const t = dictionary.value;
  const all = Object.keys(examplesOf[name] ?? {});
  const words = (t.examples as unknown as Readonly<Record<string, Readonly<Record<string, string>>>>)[name];
  if (all.length === 0 || recipes.value[name].network !== defaultNetwork) return null;
  return (
    <section class="examples" aria-label={t.examples.heading} data-testid="examples">
      {all.map((example, i) => {
        const fields = exampleFields(name, example);
        return (
          <button
            key={example}
            type="button"
            class="example"
            data-testid={`example-${example}`}
            aria-pressed={isChosen(name, fields)}
            onClick={() => editOf(name, fields)}
          >
            <span class="example-picture" style={{ '--place': i, '--count': all.length }}>
              <img src={`/examples/${name}.webp`} alt="" loading="lazy" decoding="async" />
            </span>
            <span>{words?.[example] ?? example}</span>
            <small>{resultLabel(exampleRecipe(name, example))(t)}</small>
          </button>
        );
      })}
    </section>
  );
}
