/** Every control and flag of every technique, held against the recipe's schema and the words of every language. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import {
  defaultRecipe,
  type Recipe,
  type RecipeInput,
  type TechniqueName,
  techniqueNamed,
  techniqueNames,
} from '../../../shared/techniques';
import type { ChoiceField, Field, RangeField } from '../../../shared/techniques/contract';
import * as pieces from '../../../shared/techniques/pieces';
import {
  changesOf,
  defaultOf,
  fieldsOf,
  fromSlider,
  keyOf,
  reaching,
  readField,
  toSlider,
  withField,
} from '../../../shared/techniques/values';
import { commandLine, techniques as english } from '../../../shared/words/en/techniques';
import { techniques as korean } from '../../../shared/words/ko/techniques';

interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly wrapped?: Schema;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

/** What the schema says of a path: a slider's bounds, a choice's options. */
function schemaAt(name: TechniqueName, path: string): Schema | undefined {
  const whole = techniqueNamed(name).schema(pieces) as unknown as Schema;
  return path.split('.').reduce<Schema | undefined>((schema, part) => {
    const entry = schema?.entries?.[part];
    return entry?.wrapped ?? entry;
  }, whole);
}

const boundsOf = ({ pipe = [] }: Schema) => ({
  min: pipe.find(({ type }) => type === 'min_value')?.requirement as number,
  max: pipe.find(({ type }) => type === 'max_value')?.requirement as number,
  whole: pipe.some(({ type }) => type === 'integer'),
});

/** With pictures where there have to be some. */
const complete: { readonly [Name in TechniqueName]?: object } = {
  style: { styles: [{ image: null, weight: 1 }] },
  any: { styles: [{ image: null, weight: 1 }] },
  fast: { styles: [{ style: 'udnie', weight: 1 }] },
};
const recipeOf = (name: TechniqueName): Recipe => ({ ...defaultRecipe(name), ...complete[name] }) as Recipe;
const parse = (name: TechniqueName, field: Field<Recipe>, value: unknown) =>
  parseRecipe(withField(recipeOf(name), field, value) as unknown);

const all = techniqueNames.flatMap((name) =>
  fieldsOf(name).map((field) => ({ name, field, title: `${name} ${keyOf(field)} (${field.kind})` })),
);
const ranges = all.filter((each): each is typeof each & { field: RangeField<Recipe> } => each.field.kind === 'range');
const choices = all.filter(
  (each): each is typeof each & { field: ChoiceField<Recipe> } => each.field.kind === 'choice',
);

const stops = ({ min, max, step }: Pick<RangeField, 'min' | 'max' | 'step'>) =>
  Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => min + i * step);

describe.each(techniqueNames)('the technique %s', (name) => {
  it('has by default what a bare recipe is read as', () => {
    const bare = { technique: name, version: recipeVersion, ...complete[name] } as RecipeInput;
    expect(recipeOf(name)).toEqual(parseRecipe(bare));
  });

  it('owns its defaults', () => {
    const first = defaultRecipe(name) as unknown as Record<string, unknown>;
    const before = JSON.stringify(first);
    for (const each of Object.values(first))
      if (typeof each === 'object' && each) Object.assign(each, { spoilt: true });
    expect(JSON.stringify(defaultRecipe(name))).toBe(before);
  });

  it('lists size, seed and network, and no flag twice', () => {
    const flags = fieldsOf(name).flatMap(({ flag }) => flag ?? []);
    expect(flags).toEqual(expect.arrayContaining(['size', 'seed', 'network']));
    expect(new Set(flags).size).toBe(flags.length);
    for (const flag of flags) expect(flag).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('says on the command line nothing of what is no field', () => {
    const keys = fieldsOf(name).map(keyOf);
    for (const key of Object.keys(commandLine[name].flags)) expect(keys).toContain(key);
  });
});

describe.each(all)('the field $title', ({ name, field }) => {
  it('is part of the recipe', () => {
    if (field.kind === 'view' && field.path === '') return;
    expect(schemaAt(name, field.path)).toBeDefined();
  });

  it('has words in every language, for all that it says', () => {
    if (['size', 'seed', 'network'].includes(field.kind)) return;
    const key = keyOf(field);
    const flagHelp = (commandLine[name].flags as Record<string, string>)[key];
    for (const words of [english, korean]) {
      const said = (words[name].fields as Record<string, Record<string, unknown>>)[key];
      if (field.place === 'flag') {
        expect(said?.help ?? flagHelp, `${name}.${key}`).toBeTruthy();
        continue;
      }
      expect(said?.label, `${name}.${key}`).toBeTruthy();
      expect(said?.help, `${name}.${key}`).toBeTruthy();
      const { options = {} } = said as { options?: Record<string, string> };
      if (field.kind === 'choice') {
        const named = field.labels || typeof field.options[0] === 'number' ? [] : field.options;
        expect(Object.keys(options).sort()).toEqual([...named].map(String).sort());
      }
      if (typeof said?.help === 'object') {
        const told = field.tells?.(recipeOf(name)) ?? String(readField(recipeOf(name), field));
        if (!field.when || field.when(recipeOf(name))) expect(said.help).toHaveProperty(told);
      }
    }
  });

  it('changes what it reads, and nothing else', () => {
    if (field.read || field.write || field.kind === 'view') return;
    const before = recipeOf(name);
    const kept = JSON.stringify(before);
    const changed = withField(before, field, 'something');
    expect(readField(changed, field)).toBe('something');
    expect(JSON.stringify(before)).toBe(kept);
    expect(withField(changed, field, readField(before, field))).toEqual(before);
  });
});

describe.each(ranges)('the slider $title', ({ name, field }) => {
  it('reaches only what the recipe takes, and stands on its default', () => {
    for (const stop of stops(field)) {
      const value = fromSlider(stop, field.scale);
      expect(readField(parse(name, field, value), field)).toBeCloseTo(value, 9);
    }
    const at = toSlider(defaultOf(name, field) as number, field);
    expect(Math.min(...stops(field).map((stop) => Math.abs(stop - at)))).toBeLessThan(1e-6);
    expect(toSlider(fromSlider(field.max, field.scale), field)).toBeCloseTo(field.max, 2);
    // Who paints wants more of it as well as less.
    if (name === 'style') {
      expect(at).toBeGreaterThan(field.min);
      expect(at).toBeLessThan(field.max);
    }
  });

  it('is of what the recipe bounds, and no value beyond is taken', () => {
    const { min, max, whole } = boundsOf(schemaAt(name, field.path) as Schema);
    const beyond = whole ? 1 : (max - min) * 1e-6;
    for (const value of [min, max]) expect(readField(parse(name, field, value), field)).toBe(value);
    for (const value of [min - beyond, max + beyond, Number.NaN, Number.POSITIVE_INFINITY, '3', null]) {
      expect(() => parse(name, field, value)).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
    }
    if (whole) expect(() => parse(name, field, min + 0.5)).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
    // The slider never lies about a recipe that goes further.
    for (const value of [min, max]) {
      const at = toSlider(value, field);
      const reach = reaching(field, at);
      expect(at).toBeGreaterThanOrEqual(reach.min);
      expect(at).toBeLessThanOrEqual(reach.max);
    }
  });
});

describe.each(choices)('the choice $title', ({ name, field }) => {
  it('offers what the recipe takes, all of it where it has a list, and its default', () => {
    for (const option of field.options) expect(() => parse(name, field, option)).not.toThrow();
    const { options } = schemaAt(name, field.path) ?? {};
    if (options && !field.write) expect(field.options).toEqual(options);
    expect(field.options).toContain(defaultOf(name, field));
    if (!field.write) expect(() => parse(name, field, 'nothing of the kind')).toThrow();
    if (field.labels) expect(field.labels).toHaveLength(field.options.length);
  });
});

describe('fields with changes of their own', () => {
  const field = (name: TechniqueName, key: string) =>
    fieldsOf(name).find((each) => keyOf(each) === key) as Field<Recipe>;

  it('set a quality by its steps, and say of others that they are none', () => {
    const quality = field('style', 'quality');
    for (const name of ['draft', 'normal', 'fine'])
      expect(readField(withField(recipeOf('style'), quality, name), quality)).toBe(name);
    const own = withField(recipeOf('style'), field('style', 'steps'), 7);
    expect(own).toMatchObject({ schedule: { firstSteps: 7, steps: 4 } });
    expect(readField(own, quality)).toBeNull();
    expect(quality.tells?.(own)).toBe('custom');
  });

  it('give every layer of a dream the same channels and place', () => {
    const dream = withField(recipeOf('dream'), field('dream', 'channels'), [3, 4]);
    const placed = withField(dream, field('dream', 'place'), { x: 0.5, y: 0 });
    expect(placed).toMatchObject({ layers: [{ channels: [3, 4], at: { x: 0.5, y: 0 } }] });
    expect(() => parseRecipe(placed as unknown)).not.toThrow();
  });

  it('take out what means nothing any more', () => {
    const see = withField(recipeOf('see'), field('see', 'channel'), 12);
    expect(see).toMatchObject({ channel: 12 });
    expect(withField(see, field('see', 'layer'), 'relu2_1')).not.toHaveProperty('channel');
    expect(changesOf(see, field('see', 'layer'), 'relu2_1')).toEqual({ layer: 'relu2_1', channel: undefined });
  });
});
