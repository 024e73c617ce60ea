/** From a painting and what the person ticked to everything that is sent: nothing else leaves the device. */

import { ReverieError } from '../../../shared/errors';
import { contentSizeOf, styleSizeOf, stylesOf } from '../../../shared/recipe/about';
import { type ShareRequestInput, withoutPictures } from '../../../shared/share';
import type { Recipe } from '../../../shared/techniques';
import type { Language } from '../../../shared/words';
import type { Pixels, RunRequest } from '../../engine/api';
import { halveTo, shrinkToSize } from '../../engine/host/shrink';
import { isTransparent } from '../../engine/images/alpha';
import type { Painting } from '../state/run';
import { type EncodedPicture, encodeCard, encodeFilm, encodeInput, encodePicture } from './encode';

export interface ShareChoice {
  readonly title: string;
  readonly language: Language;
  readonly termDays: 7 | 30 | 90;
  /** Its first frames can look like the photo. */
  readonly withFilm: boolean;
  /** Photo, style pictures, masks: with them anyone can run the recipe again. */
  readonly withInputs: boolean;
}

export interface PreparedShare {
  /** Sent with it: however often that happens, one share is made of it, and it can be taken back before its answer is known. */
  readonly key: string;
  readonly request: ShareRequestInput;
  /** By the name of the part. */
  readonly files: ReadonlyMap<string, Blob>;
}

type Role = ShareRequestInput['inputs'][number]['role'];

/** @throws ReverieError `share-too-large`, `aborted` */
export async function prepareShare(
  painting: Painting,
  choice: ShareChoice,
  signal: AbortSignal,
): Promise<PreparedShare | null> {
  const { record } = painting;
  if (!record) return null;
  const { title, language, termDays, withFilm, withInputs } = choice;
  const checkpoint = () => {
    if (signal.aborted) throw new ReverieError('aborted', 'Stopped; nothing was shared.');
  };
  const files = new Map<string, Blob>();
  const add = (part: string, { blob, described }: EncodedPicture) => {
    files.set(part, blob);
    return described;
  };
  const result = add('result', await encodePicture(painting.pixels));
  const card = add('card', await encodeCard(painting.pixels));
  checkpoint();
  const film = withFilm ? await encodeFilm(painting.reel) : null;
  checkpoint();
  const sent: ShareRequestInput['inputs'] = [];
  if (withInputs) {
    for (const { role, index, encoded } of await encodeInputs(painting)) {
      sent.push({ role, index, picture: add(`${role}-${index}`, encoded) });
    }
    checkpoint();
  }
  return {
    key: crypto.randomUUID(),
    files,
    request: {
      version: 1,
      title,
      language,
      termDays,
      recipe: withoutPictures(record.recipe),
      result,
      card,
      inputs: sent,
      ...(film && {
        film: {
          picture: add('film', film),
          frames: film.frames,
          columns: film.columns,
          frameWidth: film.frameWidth,
          frameHeight: film.frameHeight,
          steps: [...film.steps],
          losses: [...film.losses],
        },
      }),
      run: {
        backend: record.device.backend,
        engine: record.engine,
        seconds: record.elapsedMs / 1000,
        steps: record.steps,
        ...(record.measured && { measured: record.measured }),
      },
    },
  };
}

interface EncodedInput {
  readonly role: Role;
  readonly index: number;
  readonly encoded: EncodedPicture;
}

/** The form tells of them what it can before they are sent; nobody encodes them twice. */
const encodedInputs = new WeakMap<Painting, Promise<readonly EncodedInput[]>>();

/** What would be sent of a painting's inputs. @throws ReverieError `share-too-large` */
export function encodeInputs(painting: Painting): Promise<readonly EncodedInput[]> {
  const known = encodedInputs.get(painting);
  if (known) return known;
  const encoding = encodeAll(painting);
  encodedInputs.set(painting, encoding);
  return encoding;
}

async function encodeAll({ record, inputs }: Painting): Promise<readonly EncodedInput[]> {
  const all: EncodedInput[] = [];
  if (!record || !inputs) return all;
  for (const { role, index, pixels } of listInputs(inputs, record.recipe)) {
    all.push({ role, index, encoded: await encodeInput(pixels) });
  }
  return all;
}

/**
 * As the run looked at them, pixel for pixel: on the same backend the recipe then gives the same picture again. The photo
 * and style pictures are shrunk by the engine's own resampling, which a canvas does otherwise; nothing is larger than it
 * was for the run. A transparent photo is only halved: the run fills it before it shrinks it for good.
 */
function listInputs(inputs: RunRequest['inputs'], recipe: Recipe): { role: Role; index: number; pixels: Pixels }[] {
  const photo = inputs.content && halveTo(inputs.content, contentSizeOf(recipe));
  const listed = (role: Role, pictures: readonly (Pixels | null | undefined)[]) =>
    pictures.flatMap((picture, index) => (picture ? [{ role, index, pixels: picture }] : []));
  return [
    ...listed('content', [photo && (isTransparent(photo) ? photo : shrinkToSize(photo, contentSizeOf(recipe)))]),
    // Where the recipe has their statistics, the paintings themselves stay here.
    ...listed(
      'style',
      stylesOf(recipe).some((style) => 'image' in style)
        ? (inputs.styles ?? []).map((style) => halveTo(style, styleSizeOf(recipe)))
        : [],
    ),
    ...listed('mask', inputs.masks ?? []),
    ...listed('strength', [inputs.strengthMap]),
    ...listed('start', [inputs.start]),
    ...listed('guide', [inputs.guide]),
  ];
}
