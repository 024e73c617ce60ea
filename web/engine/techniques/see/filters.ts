/**
 * What a layer's convolution looks for: the first one's filters as pictures in colour, a deeper one's as its strongest input each.
 * With the result goes what the convolution reads, so that its sum can be followed under the pointer: window, products, sum, ReLU.
 */
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { pixelsOf, readRaster, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { sheet, squarish } from '../../images/sheet';
import type { FilterData, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { once, photoOf } from './features';
import { strongestInput, weightAt } from './kernel';
import { channelsOf } from './response';

export async function runFilters(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network } = context;
  const photo = photoOf(context);
  channelsOf(recipe, network, photo.height, photo.width);
  const convolution = network.convolution(recipe.layer);
  if (!convolution) {
    throw new ReverieError('layer-unknown', `${recipe.layer} joins layers: it has no filters of its own.`);
  }
  return once(context, async (notePeak) => {
    const { layer, weights } = convolution;
    const image = tensorOf(photo);
    const read = convolution.input(image);
    notePeak();
    try {
      const [input, filter, bias] = await Promise.all([
        readRaster(read),
        weights.filter.data<'float32'>(),
        weights.bias.data<'float32'>(),
      ]);
      const data: FilterData = {
        kind: 'filters',
        kernel: layer.kernel,
        inputs: layer.channels[0],
        outputs: layer.channels[1],
        filter: filter.slice(),
        bias: bias.slice(),
        stride: layer.stride,
        padding: layer.padding,
        relu: layer.relu,
        width: input.width,
        height: input.height,
        input: input.values.slice(),
      };
      const shown = Array.from({ length: data.outputs }, (_, channel) => channel).filter(
        (channel) => recipe.channel === undefined || channel === recipe.channel,
      );
      const columns = squarish(shown.length);
      const side = Math.max(1, Math.floor(recipe.size / columns / layer.kernel[1])) * layer.kernel[1];
      const cells = shown.map((channel) => enlarged(filterPicture(data, channel), side));
      return { pixels: pixelsOf(sheet(cells, columns)), frames: [], data };
    } finally {
      image.dispose();
      read.dispose();
    }
  });
}

/** A pixel a weight: of three inputs in their colours, of more the strongest in grey; no weight is the middle. */
function filterPicture(data: FilterData, channel: number): Raster {
  const [height, width] = data.kernel;
  const grey = strongestInput(data, channel);
  const weights = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    return weightAt(data, [Math.floor(at / width), at % width], data.inputs === 3 ? i % 3 : grey, channel);
  });
  const most = weights.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
  return { width, height, channels: 3, values: weights.map((value) => 0.5 + value / (2 * most)) };
}

function enlarged(picture: Raster, side: number): Raster {
  const factor = side / picture.width;
  const height = picture.height * factor;
  const values = new Float32Array(side * height * 3);
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    values[i] = picture.values[(Math.floor(y / factor) * picture.width + Math.floor(x / factor)) * 3 + (i % 3)] ?? 0;
  }
  return { width: side, height, channels: 3, values };
}
