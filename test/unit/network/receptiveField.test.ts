import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../web/engine/network/architectures';
import { receptiveField } from '../../../web/engine/network/layers';

describe('the receptive field', () => {
  // Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill 2019): by recurrence.
  it.each([
    ['relu1_1', 3, 1],
    ['relu1_2', 5, 1],
    ['relu2_2', 14, 2],
    ['relu3_3', 40, 4],
    ['relu4_3', 92, 8],
    ['relu5_3', 196, 16],
  ])('of VGG-16 at %s is %i pixels, %i apart', (tap, size, stride) => {
    expect(receptiveField(architectureOf('vgg16'), tap)).toEqual({ size, stride });
  });

  it('follows the widest branch where several join', () => {
    // conv1: 3 wide, 2 apart; a pool of 3 and stride 2: 7, 4; fire2's 3×3: 7 + 2 · 4.
    expect(receptiveField(architectureOf('squeezenet1_1'), 'fire2')).toEqual({ size: 15, stride: 4 });
  });

  it('refuses a tap that is not there', () => {
    expect(() => receptiveField(architectureOf('vgg16'), 'relu9_9')).toThrow(/has no layer/);
  });
});
