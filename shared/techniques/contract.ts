/**
 * What a technique is to everybody but the engine: the recipe's schema and defaults, its traits, and its controls as data.
 * A technique is a folder beside this file and a line in `index.ts`; nothing outside asks for its name. No schema library
 * in here, nor in what the folders hold: the first page and share pages read it.
 */
import type { GenericSchema } from 'valibot';
import type * as Pieces from './pieces';

/** What every recipe has, whatever its technique. */
export interface AnyRecipe {
  readonly technique: string;
  readonly version: number;
  readonly network: string;
  readonly weights?: string | undefined;
  readonly size: number;
  readonly seed: number;
  readonly content: string | null;
  readonly startImage?: string | null | undefined;
}

/**
 * A style of a recipe: a preset of the server, a picture of one's own by its hash, or the statistics of one
 * (anyStyle/statistics.ts); with a mask, painted only there.
 */
export type StyleSource = { readonly weight: number; readonly mask?: string | null | undefined } & (
  | { readonly preset: string }
  | { readonly image: string | null }
  | { readonly statistics: string }
);

/** What a picture is named after. Who shows it knows the names: of presets, of learned styles, of a classifier's channels. */
export type Named =
  | { readonly preset: string }
  /** A picture of the author's own, or its statistics. */
  | { readonly image: string | null }
  | { readonly statistics: string }
  /** A style that a network has learned, by id. */
  | { readonly style: string }
  /** A layer as a whole, or one channel of it that all is about, or some. */
  | {
      readonly layer: string;
      readonly channel?: number | undefined;
      readonly channels?: readonly number[] | undefined;
    };

/**
 * A line of a share page's table: its key among the technique's words, and what its sentence is made of. Numbers are
 * written as the reader's language does, lists of what is named are joined by it.
 */
export type Fact = readonly [key: string, ...of: readonly (number | string | readonly Named[])[]];

/** Which kind of network: one whose layers look at pictures, or one that paints by itself (shared/transformer.ts). */
export type NetworkKind = 'looks' | 'paints';

/** A technique. Where a trait is absent, what its comment says first is so. */
export interface Technique<R extends AnyRecipe = AnyRecipe> {
  readonly name: R['technique'];
  /** Of every field of the recipe that has one. */
  readonly defaults: Readonly<Record<string, unknown>> & { readonly size: number; readonly seed: number };
  /** @param pieces what schemas are made of */
  schema(pieces: typeof Pieces): GenericSchema<unknown, R>;
  /** `migrations[n]` brings this technique's recipes of version n to n + 1 (shared/recipe/migrate.ts). */
  readonly migrations?: Readonly<Record<number, (recipe: Readonly<Record<string, unknown>>) => object>>;
  /** Its controls and flags, in the order in which they are shown. */
  readonly fields: readonly Field<R>[];

  /** A network that looks, if not said. */
  readonly network?: NetworkKind;
  /** Its own, if not said: the technique under whose tab it is found. */
  readonly tab?: string;
  /** Fields that name layers or channels, which mean another thing in another network. */
  readonly layerFields?: readonly (keyof R & string)[];
  /** By network: what `layerFields` are where other layers than the defaults suit it, until somebody chose some. */
  readonly suited?: Readonly<Record<string, Partial<R>>>;

  /** Yes, if not said: it begins with a photo. */
  needsPhoto?(recipe: R): boolean;
  /** At the result's size, if not said: long side at which the photo is looked at. */
  contentSize?(recipe: R): number;
  /** None, if not said: the paintings that it paints after, which the run is given in this order. */
  styles?(recipe: R): readonly StyleSource[];
  /** At the result's size, if not said: long side at which a style's picture is looked at. */
  styleSize?(recipe: R): number;
  /** None, if not said: styles that its network has to have learned. */
  fastStyles?(recipe: R): readonly string[];
  /** No, if not said: whether it takes a picture to go towards, which the recipe keeps as `guide`. */
  wantsGuide?(recipe: R): boolean;
  /** None, if not said: photos beside its photo, which it compares; the recipe keeps them as `photos`. */
  photos?(recipe: R): readonly (string | null)[];
  /** Where the recipe has a `startImage`, if not said: whether the run begins with a picture that is given. */
  startsFromPicture?(recipe: R): boolean;
  /** Without its `startImage`, if not said: the recipe as it begins without a picture that is given. */
  withoutStart?(recipe: R): R;
  /** Fields that hold the person's choice of pictures, which "back to the defaults" leaves alone. */
  readonly pictures?: readonly (keyof R & string)[];

  /** One picture, if not said: what the frames of its result are. */
  readonly frames?: 'film' | 'ladder' | 'mosaic';
  /** No ladder, if not said: layers whose pictures the result is made of, from which one has to be chosen to go on from. */
  rungs?(recipe: R): readonly string[];
  /**
   * Yes, if not said: whether picture and photo lie over each other, pixel for pixel.
   * @param part the result as a whole, or one of its frames @param frames how many it has
   */
  overPhoto?(recipe: R, part: 'whole' | 'frame', frames: number): boolean;
  /** No, if not said: whether the picture can be laid side by side with itself. */
  tiles?(recipe: R): boolean;
  /** No, if not said: it paints in one pass, so at every change of the controls at once, and keeps a size of its own. */
  readonly onePass?: true;
  /** Nothing, if not said: fields of the recipe, of a technique in one pass, that shows beforehand what this one will be like. */
  sketch?(recipe: R): (Readonly<Record<string, unknown>> & { readonly technique: string }) | null;
  /** Nothing, if not said: fields of the recipe, of a technique with steps, that takes this one's picture further. */
  refined?(recipe: R): (Readonly<Record<string, unknown>> & { readonly technique: string }) | null;
  /** Nothing, if not said: fields of the recipe, of a technique that makes prints, that paints a result of this one so many times larger. */
  printed?(recipe: R, times: number): (Readonly<Record<string, unknown>> & { readonly technique: string }) | null;

  /**
   * Never, if not said: the recipe with more steps from the result, which begins with it at its full size (`startImage`
   * is there already). Null where there are none to take.
   * @param steps how many more; as many as the recipe had (at its last size) when it does not say
   * @param rung of a ladder: its layer, one of `rungs`
   */
  continued?(recipe: R, steps?: number, rung?: string): R | null;

  /** What a picture is named after. */
  subject(recipe: R): readonly Named[];
  /** One sentence, if not said: which of the technique's sentences says what was made. */
  variant?(recipe: R): string;
  /** For the table of a share page. */
  facts(recipe: R): readonly Fact[];
}

/** These layers, each as much as the others. */
export const evenly = (...layers: readonly string[]): readonly { readonly layer: string; readonly weight: number }[] =>
  layers.map((layer) => ({ layer, weight: 1 }));

/** Where a strength of 0 to 100 leans, as words say it. */
export const leaning = (strength: number): 'photo' | 'between' | 'painting' =>
  strength < 34 ? 'photo' : strength < 68 ? 'between' : 'painting';

// ---- Controls, as data ----------------------------------------------------------------------------------------------

interface FieldOf<R extends AnyRecipe> {
  /** Where the recipe keeps it: `steps`, `film.zoom`. */
  readonly path: string;
  /** Of its words (`fields` of the technique, in every language), if it is not the last part of the path. */
  readonly key?: string;
  /** Of the command line, without dashes; none, if not said. */
  readonly flag?: string;
  /** Among the plain controls, if not said; `flag`: on the command line only. */
  readonly place?: 'advanced' | 'flag';
  /** Always, if not said: whether this recipe has a use for it. */
  when?(recipe: R): boolean;
  /** Where its help is several sentences: the key of the one that is true of this recipe; a choice's own value, if not said. */
  tells?(recipe: R): string;
  /** Fields that mean nothing any more when this one changes. */
  readonly clears?: readonly (keyof R & string)[];
  /** The value behind `path`, if not said. Null: none of those that are offered. */
  read?(recipe: R): unknown;
  /** Changes of the recipe; the value behind `path`, if not said. */
  write?(recipe: R, value: never): Partial<R>;
}

/** How a slider's numbers stand to the recipe's: recipe = 2 ^ slider, or recipe = slider · unit + offset (0, if not said). */
export type Scale = 'octaves' | { readonly unit: number; readonly offset?: number };
/** How a slider's number is written: 3, 2.5, 40 % (of 0.4), 5 % (of 5), 2.5°; and the recipe's: ×1.41. */
export type Format = 'integer' | 'decimal' | 'percent' | 'hundredths' | 'degrees' | 'times';

export interface RangeField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'range';
  /** As far as the slider reaches, on its own scale; the recipe may go further, and the slider follows it. */
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The recipe's own numbers, if not said. */
  readonly scale?: Scale;
  readonly format: Format;
}

/** A number that is typed. */
export interface NumberField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'number';
}

export interface ChoiceField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'choice';
  readonly options: readonly (string | number)[];
  /** Where every language calls them so. Otherwise numbers are written as they are, and words say the rest. */
  readonly labels?: readonly string[];
  /** A list that opens, for those too many or too long to lie side by side. */
  readonly list?: true;
}

export interface CheckField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'check';
}

/** One layer by name, several by name, or several with weights (`least`: so many stay). */
export interface LayersField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'layer' | 'layers' | 'weighted-layers';
  readonly least?: 0 | 1;
  /** All of the network, if not said: the first of every block; those that presets were measured at where there are any. */
  readonly offered?: 'first of block' | 'measured';
  /** With weights: only names are chosen, and the weights stay as they are. */
  readonly chips?: true;
}

/** Channels of a layer by number, or by the name of its class: one, or several. */
export interface ChannelsField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'channel' | 'channels' | 'class';
}

/** Pictures and places, which a view or a reader of their own takes. */
export interface PictureField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'styles' | 'learned-styles' | 'masks' | 'strength-map' | 'guide' | 'start' | 'place' | 'photos';
}

/** Of every technique (`size`, `seed`, `network`), which the studio has one control for. */
export interface SharedField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'size' | 'seed' | 'network';
}

/** A control of its own, by the name under which the studio knows it; `kind` says the rest where it has flags. */
export interface ViewField<R extends AnyRecipe = AnyRecipe> extends FieldOf<R> {
  readonly kind: 'view';
  readonly view: string;
}

export type Field<R extends AnyRecipe = AnyRecipe> =
  | RangeField<R>
  | NumberField<R>
  | ChoiceField<R>
  | CheckField<R>
  | LayersField<R>
  | ChannelsField<R>
  | PictureField<R>
  | SharedField<R>
  | ViewField<R>;

/** A slider: from, to, and by how much on its own scale. */
export const range = <R extends AnyRecipe>(
  path: string,
  flag: string,
  [min, max, step]: readonly [number, number, number],
  format: Format,
  more: Partial<RangeField<R>> = {},
): RangeField<R> => ({ kind: 'range', path, flag, min, max, step, format, ...more });

/** Every technique lists these three, where its controls show them. */
export const sizeField = { kind: 'size', path: 'size', flag: 'size' } as const;
export const seedField = { kind: 'seed', path: 'seed', flag: 'seed', place: 'advanced' } as const;
export const networkField = { kind: 'network', path: 'network', flag: 'network', place: 'advanced' } as const;
