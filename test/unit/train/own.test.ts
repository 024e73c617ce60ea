/** A new style on the shipped network: what moves, what stays, where it begins, and what comes out. */
import { describe, expect, it } from 'vitest';
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import {
  type BaseNetwork,
  balanced,
  nearestStart,
  ownNumbers,
  ownTrainOptions,
  startFrom,
} from '../../../web/engine/train/own';
import type { BatchGradient, GradientSource } from '../../../web/engine/train/sources';
import { startTraining, train, trainedParameters } from '../../../web/engine/train/trainer';
import {
  blendStyles,
  initialParameters,
  layoutOf,
  numbersOf,
  type TransformerParameters,
} from '../../../web/engine/transformer/parameters';

const network: TransformerConfiguration = {
  width: 2,
  blocks: 1,
  norm: 'instance',
  upsampling: 'resize',
  styles: ['one', 'two', 'three', photoStyle],
};

function baseOf(): BaseNetwork {
  const parameters = initialParameters(network, 5);
  const { styles, channels } = layoutOf(network);
  // Every style a number of its own, so that they can be told apart.
  network.styles.forEach((_, i) => {
    parameters.values.fill(i + 1, styles.offset + 2 * i * channels, styles.offset + 2 * (i + 1) * channels);
  });
  return { id: 'base', weights: 'a'.repeat(64), configuration: network, parameters };
}

/** Pulls everything to 0, and calls the distance of the first style's scale from `goal` the loss. */
const towards = (goal: number): GradientSource => ({
  gradient: async ({ values }: TransformerParameters): Promise<BatchGradient> => ({
    gradient: values.slice() as Float32Array<ArrayBuffer>,
    losses: { content: 0, style: Math.abs((values.at(-1) ?? 0) - goal), variation: 0 },
    statistics: null,
    peakBytes: 0,
  }),
});
const goOn = { onStep: () => true };

describe('quick', () => {
  const base = baseOf();
  const options = ownTrainOptions({ trains: 'output', steps: 5 }, base);
  const { styles, filters, channels } = layoutOf(network);
  const shared = filters.at(-1)?.offset ?? Number.NaN;

  it('should begin at the style with the lowest loss, the mean of all painted ones among them', async () => {
    for (const goal of [1, 2, 3]) {
      const { start, style } = await nearestStart(base, options, 1, towards(goal), goOn.onStep);
      expect(style).toBe(0);
      expect(start.values.subarray(styles.offset).every((value) => value === goal)).toBe(true);
      expect(start.values.subarray(0, styles.offset)).toEqual(base.parameters.values.subarray(0, styles.offset));
    }
    expect((await nearestStart(base, options, 1, towards(2.1), goOn.onStep)).start.values.at(-1)).toBe(2);
    // Never at the photo's.
    expect((await nearestStart(base, options, 1, towards(4), goOn.onStep)).start.values.at(-1)).toBe(3);
  });

  it('should weigh the style less where even the nearest is far from the painting, and otherwise as it was asked to', () => {
    expect(balanced(options, { style: 1 })).toEqual(options);
    const far = balanced(options, { style: 35 });
    // Ten times as far as is near: a tenth of the weight.
    expect(far).toEqual({ ...options, strength: options.strength - 25 });
    // A loss is measured at the strength that was asked for.
    const strong = { ...options, strength: 75 };
    expect(balanced(strong, { style: 35 })).toEqual(strong);
    expect(balanced(strong, { style: 350 }).strength).toBe(50);
    expect(balanced({ ...options, strength: 5 }, { style: 350 }).strength).toBe(0);
  });

  it('should move the style and the last filter, and leave every other as it is, bit for bit', async () => {
    const start = startFrom(base, options, [1, 0, 0, 0]);
    const state = await train(startTraining(options, start), 1, [towards(0)], goOn);
    for (const { values } of [state, trainedParameters(state)]) {
      expect(values.subarray(0, shared)).toEqual(base.parameters.values.subarray(0, shared));
      values.subarray(shared).forEach((value, i) => {
        expect(Math.abs(value)).toBeLessThan(Math.abs(start.values[shared + i] ?? 0));
      });
    }
    expect(state.first.subarray(0, shared).every((value) => value === 0)).toBe(true);
  });

  it('should give a last filter, and a scale and a shift for every channel, in half precision', async () => {
    const state = await train(startTraining(options, startFrom(base, options, [1, 1, 1, 0])), 1, [towards(0)], goOn);
    const learned = ownNumbers(state);
    expect(learned.length).toBe(numbersOf({ trains: 'output' }, network));
    expect(learned[0]).toBeCloseTo(trainedParameters(state).values[shared] ?? 0, 2);
    const blend = (weights: number[]) => blendStyles(layoutOf(network), base.parameters.values, weights, [learned]);
    const { scale, shift, output } = blend([0, 0, 0, 0, 1]);
    expect(Float32Array.from([...(output ?? []), ...scale, ...shift])).toEqual(learned);
  });

  it('should mix with the others, last filter and all, and not touch them where it has no share', async () => {
    const state = await train(startTraining(options, startFrom(base, options, [1, 0, 0, 0])), 1, [towards(0)], goOn);
    const own = ownNumbers(state);
    const { values } = base.parameters;
    const blend = (weights: number[]) => blendStyles(layoutOf(network), values, weights, [own]);
    const { scale, output } = blend([0, 1, 0, 0, 3]);
    expect(output?.[0]).toBeCloseTo(0.25 * (values[shared] ?? 0) + 0.75 * (own[0] ?? 0), 6);
    expect(scale[0]).toBeCloseTo(0.25 * 2 + 0.75 * (own[styles.offset - shared] ?? 0), 6);
    expect(blend([0, 1, 0, 0, 0])).toEqual({ ...blendStyles(layoutOf(network), values, [0, 1, 0, 0]), output: null });
  });

  it('should still learn and paint by scales and shifts alone, as the first files have them', async () => {
    const first = ownTrainOptions({ trains: 'style', steps: 5 }, base);
    const state = await train(startTraining(first, startFrom(base, first, [1, 0, 0, 0])), 1, [towards(0)], goOn);
    const learned = ownNumbers(state);
    expect(learned.length).toBe(2 * channels);
    expect(blendStyles(layoutOf(network), base.parameters.values, [0, 0, 0, 0, 1], [learned])).toEqual({
      scale: learned.subarray(0, channels),
      shift: learned.subarray(channels),
      output: null,
    });
  });
});

describe('thorough', () => {
  it('should move the filters too, and keep the style that gives the photo back', async () => {
    const base = baseOf();
    const options = ownTrainOptions({ trains: 'all', steps: 4 }, base);
    expect(options.network.styles.at(-1)).toBe(photoStyle);
    const start = startFrom(base, options, [0, 0, 1, 0]);
    const { styles, channels, size } = layoutOf(options.network);
    expect(start.values.at(styles.offset)).toBe(3);
    expect(start.values.at(styles.offset + 2 * channels)).toBe(4);
    const state = await train(startTraining(options, start), 1, [towards(0)], goOn);
    expect(state.values[0]).not.toBe(base.parameters.values[0]);
    expect(ownNumbers(state).length).toBe(size);
    expect(numbersOf({ trains: 'all' }, network)).toBe(size);
  });
});

it('should refuse a base whose norm is not by picture, and say so when numbers run away', () => {
  const base = baseOf();
  const batch = { ...base, configuration: { ...network, norm: 'batch' as const } };
  expect(() => ownTrainOptions({ trains: 'output' }, batch)).toThrow(
    expect.objectContaining({ code: 'training-invalid' }),
  );
  const options = ownTrainOptions({ trains: 'output' }, base);
  const state = startTraining(options, startFrom(base, options, [1, 0, 0, 0]));
  state.values.fill(1e9);
  expect(() => ownNumbers(state)).toThrow(expect.objectContaining({ code: 'numeric-failure' }));
});
