/** Checks of what a run is given, before anything is downloaded or allocated for it. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { checkPictureSize, type Size } from '../../../shared/pictureSize';
import {
  contentSizeOf,
  needsPhoto,
  photosOf,
  startsFromPicture,
  stylesOf,
  wantsGuide,
  wantsStrengthMap,
} from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import type { OwnStyle, Pixels, Print, RunRequest } from '../api';
import { fitLongSide } from '../images/pictures';

const { minSide } = limits.image;

/** `checkPictureSize` at the size of the run: a narrow picture may be fine by itself and vanish when scaled. */
export function checkRunSize(content: Size, size: number): Size {
  const run = fitLongSide(content.width, content.height, size);
  const short = Math.min(run.width, run.height);
  if (short < minSide) {
    const needed = Math.ceil(
      (minSide * Math.max(content.width, content.height)) / Math.min(content.width, content.height),
    );
    throw new ReverieError(
      'image-too-small',
      `At size ${size} this picture is ${run.width}×${run.height} pixels; each side must have at least ${minSide}. Choose a size of at least ${needed}.`,
      { data: { ...run, needed: minSide } },
    );
  }
  return run;
}

function isPixels({ width, height, data }: Pixels): boolean {
  const counts = [width, height].every((side) => Number.isInteger(side) && side >= 0);
  return counts && data instanceof Uint8ClampedArray && data.length === width * height * 4;
}

function checkPixels(pixels: Pixels, name: string): void {
  if (!isPixels(pixels)) {
    throw new ReverieError('image-truncated', `${name} does not have width × height × 4 bytes. Decode it again.`);
  }
  checkPictureSize(pixels, name);
}

/** How many pictures a recipe asks for besides its photo. */
export function expectedInputs(recipe: Recipe): {
  styles: number;
  masks: number;
  start: boolean;
  guide: boolean;
  strengthMap: boolean;
} {
  const styles = stylesOf(recipe);
  return {
    styles: styles.filter((source) => 'image' in source).length,
    masks: styles.filter(({ mask }) => mask !== undefined).length,
    start: startsFromPicture(recipe),
    guide: wantsGuide(recipe),
    strengthMap: wantsStrengthMap(recipe),
  };
}

/**
 * @throws ReverieError with an `image-…` code, or `bad-request` when a picture is missing or one too many.
 */
export function checkInputs(inputs: RunRequest['inputs'], recipe: Recipe): void {
  const { content, styles = [], masks = [], photos = [], start, guide, strengthMap } = inputs;
  if (content) {
    checkPixels(content, 'The photo');
    checkRunSize(content, contentSizeOf(recipe));
  } else if (needsPhoto(recipe)) {
    throw new ReverieError('bad-request', 'This recipe needs a photo, and none was given.');
  }
  const expected = expectedInputs(recipe);
  checkPictures(styles, expected.styles, 'style image');
  checkPictures(masks, expected.masks, 'mask');
  checkPictures(photos, photosOf(recipe).length, 'photo to compare');
  checkPictures(start ? [start] : [], expected.start ? 1 : 0, 'starting picture');
  checkPictures(guide ? [guide] : [], expected.guide ? 1 : 0, 'guide picture');
  checkPictures(strengthMap ? [strengthMap] : [], expected.strengthMap ? 1 : 0, 'strength map');
  if (inputs.print) checkPrint(inputs.print);
  if (content) for (const mask of [...masks, ...(strengthMap ? [strengthMap] : [])]) checkMask(mask, content);
}

function checkPrint({ photo, base, width, height }: Print): void {
  checkPixels(photo, 'The photo');
  checkPixels(base, 'What hangs');
  const { maxSide } = limits.print;
  const sides = [width, height];
  if (sides.every((side) => Number.isInteger(side) && side >= minSide && side <= maxSide)) return;
  throw new ReverieError('bad-request', `A print has ${minSide} to ${maxSide} pixels a side, not ${width}×${height}.`);
}

function checkPictures(pictures: readonly Pixels[], expected: number, name: string): void {
  if (pictures.length !== expected) {
    throw new ReverieError(
      'bad-request',
      `The recipe asks for ${expected} ${name}${expected === 1 ? '' : 's'} and ${pictures.length} were given.`,
    );
  }
  pictures.forEach((picture, i) => {
    checkPixels(picture, expected > 1 ? `${capital(name)} ${i + 1}` : `The ${name}`);
  });
}

/**
 * @param weights hash of the network's
 * @throws ReverieError `training-file-invalid` for a style that was learned on other filters than these: it would paint
 *   something, but not what it was learned for
 */
export function checkOwnStyles(own: readonly OwnStyle[] = [], network: string, weights: string): void {
  for (const style of own) {
    if (style.network === network && (style.trains === 'all' || style.weights === weights)) continue;
    throw new ReverieError(
      'training-file-invalid',
      `The style "${style.id}" was learned with other weights of ${style.network} than those of ${network} in use.`,
    );
  }
}

/** A mask may be smaller or larger than the photo, but lies over all of it. */
function checkMask(mask: Pixels, content: Pixels): void {
  const stretch = (mask.width / mask.height) * (content.height / content.width);
  // Rounding to whole pixels moves the aspect of a small mask by a few percent.
  const slack = 1 + 2 / Math.min(mask.width, mask.height);
  if (stretch > slack || stretch < 1 / slack) {
    throw new ReverieError(
      'bad-request',
      `A mask is ${mask.width}×${mask.height} pixels and the photo ${content.width}×${content.height}: a mask must have the photo's proportions.`,
    );
  }
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
