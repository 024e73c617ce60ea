/** The recipe as text: out by copying, in by pasting (here or anywhere on the page) or dropping a .json file. */
import { useSignal } from '@preact/signals';
import { applyRecipe } from '../state/actions';
import { copyRecipe } from '../state/copyRecipe';
import { dictionary } from '../state/language';

export function RecipeBox() {
  const t = dictionary.value;
  const open = useSignal(false);
  const text = useSignal('');
  return (
    <div class="field">
      <h3 class="field-title">{t.recipeBox.heading}</h3>
      <p class="help">{t.recipeBox.help}</p>
      <div class="field-row wrap">
        <button type="button" data-testid="copy-recipe" onClick={() => void copyRecipe()}>
          {t.recipe.copy}
        </button>
        <button
          type="button"
          data-testid="load-recipe"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {t.recipeBox.load}
        </button>
      </div>
      {open.value && (
        <form
          class="recipe-form"
          onSubmit={(event) => {
            event.preventDefault();
            void applyRecipe(text.value).then((applied) => {
              if (applied) open.value = false;
            });
          }}
        >
          <textarea
            data-testid="recipe-text"
            aria-label={t.recipeBox.paste}
            placeholder={t.recipeBox.paste}
            rows={6}
            spellcheck={false}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
          <button type="submit" data-testid="apply-recipe" disabled={text.value.trim() === ''}>
            {t.recipeBox.apply}
          </button>
        </form>
      )}
    </div>
  );
}
