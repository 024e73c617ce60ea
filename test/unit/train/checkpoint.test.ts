import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../web/engine/train/checkpoint';
import { parseTrainOptions } from '../../../web/engine/train/options';
import { startTraining } from '../../../web/engine/train/trainer';

const options = parseTrainOptions({
  network: { width: 2, blocks: 1, norm: 'batch', upsampling: 'resize', styles: ['one', 'two'] },
});
const state = () => ({
  ...startTraining(options),
  step: 3,
  losses: [{ content: 1, style: 2.5, variation: 0 }],
});

describe('a training in bytes', () => {
  it('should come back as it was, from a Buffer too', () => {
    const kept = state();
    const bytes = encodeCheckpoint(kept);
    expect(decodeCheckpoint(bytes)).toEqual(kept);
    // Buffers lie anywhere in a pool, and their `slice` does not copy.
    expect(decodeCheckpoint(Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3))).toEqual(kept);
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['another file', () => new TextEncoder().encode('{"format":"something else"}\n')],
    ['a picture', () => Uint8Array.from({ length: 5000 }, (_, i) => i % 251)],
    ['one that is cut short', () => encodeCheckpoint(state()).subarray(0, -4)],
    ['one with something behind it', () => Uint8Array.from([...encodeCheckpoint(state()), 0, 0, 0, 0])],
    ['one whose numbers are none', () => encodeCheckpoint({ ...state(), second: state().second.fill(Number.NaN) })],
  ])('should be refused when it is %s', (_, bytes) => {
    expect(() => decodeCheckpoint(bytes())).toThrow(expect.objectContaining({ code: 'training-file-invalid' }));
  });
});
