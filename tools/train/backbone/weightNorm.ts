/**
 * Weight normalisation (Salimans & Kingma 2016): every filter is w = g · v / ‖v‖, its length g learned apart from its
 * direction v. What is trained and what is used are the same function of the picture, whatever the batch: there are no
 * statistics to freeze or to fold in, and each picture's gradient stands for itself.
 */
import { ReverieError } from '../../../shared/errors';
import { type Parameter, type Parameters, parameterOf } from '../../../web/engine/network/parameters';
import { type BackboneLayout, type ConvolutionSlots, inSlot } from './layout';

/** Length of a direction at the start: that of He's initialisation, so that Adam's steps turn both alike. */
export const directionLength = Math.SQRT2;

/** Below this a direction is none. */
const shortest = 1e-12;

/** Length of every output's filter, `[out]`; filters lie `[…, out]`. */
function lengthsOf(filter: Float32Array, outputs: number): Float64Array {
  const squares = new Float64Array(outputs);
  filter.forEach((value, i) => {
    const o = i % outputs;
    squares[o] = (squares[o] ?? 0) + value * value;
  });
  return squares.map((square) => Math.max(Math.sqrt(square), shortest));
}

/** The network's weights as they are used and published, by name. */
export function filtersOf({ convolutions }: BackboneLayout, values: Float32Array): Map<string, Parameter> {
  return new Map(
    convolutions.flatMap(({ name, direction, gain, bias }): [string, Parameter][] => {
      const v = inSlot(values, direction);
      const g = inSlot(values, gain);
      const lengths = lengthsOf(v, g.length);
      const filter = v.map((value, i) => (value * (g[i % g.length] ?? 0)) / (lengths[i % g.length] ?? 1));
      return [
        [`${name}.weight`, { shape: direction.shape, values: filter }],
        [`${name}.bias`, { shape: bias.shape, values: inSlot(values, bias).slice() }],
      ];
    }),
  );
}

/**
 * Directions, gains and biases that give these very weights, written into `values`.
 * @throws ReverieError `weights-invalid` when one is missing or has another shape.
 */
export function takeFilters({ convolutions }: BackboneLayout, parameters: Parameters, values: Float32Array): void {
  for (const { name, direction, gain, bias } of convolutions) {
    const filter = parameterOf(parameters, `${name}.weight`, direction.shape);
    const lengths = lengthsOf(filter, gain.size);
    inSlot(values, direction).set(filter.map((value, i) => (value * directionLength) / (lengths[i % gain.size] ?? 1)));
    inSlot(values, gain).set(lengths);
    inSlot(values, bias).set(parameterOf(parameters, `${name}.bias`, bias.shape));
  }
}

export interface FilterGradient {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** From the gradient at the weights to that at direction, gain and bias: equation 3 of the paper. */
export function throughWeightNorm(
  { convolutions }: BackboneLayout,
  values: Float32Array,
  gradients: ReadonlyMap<string, FilterGradient>,
  into: Float32Array,
): void {
  for (const slots of convolutions) {
    const gradient = gradients.get(slots.name);
    if (gradient) throughOne(slots, values, gradient, into);
  }
}

function throughOne(
  { name, direction, gain, bias }: ConvolutionSlots,
  values: Float32Array,
  gradient: FilterGradient,
  into: Float32Array,
): void {
  const outputs = gain.size;
  const v = inSlot(values, direction);
  const g = inSlot(values, gain);
  if (gradient.weight.length !== v.length)
    throw new ReverieError('internal', `A gradient of ${name} has another size.`);
  const lengths = lengthsOf(v, outputs);
  const along = new Float64Array(outputs);
  gradient.weight.forEach((value, i) => {
    const o = i % outputs;
    along[o] = (along[o] ?? 0) + (value * (v[i] ?? 0)) / (lengths[o] ?? 1);
  });
  inSlot(into, gain).set(along);
  inSlot(into, bias).set(gradient.bias);
  inSlot(into, direction).set(
    gradient.weight.map((value, i) => {
      const o = i % outputs;
      const length = lengths[o] ?? 1;
      return ((g[o] ?? 0) / length) * (value - ((along[o] ?? 0) * (v[i] ?? 0)) / length);
    }),
  );
}
