/** The command line of `npm run train -- backbone`, and where teachers' cells lie. */
import { describe, expect, it } from 'vitest';
import { cutOf, overlapOf } from '../../../tools/train/backbone/layout';
import { trainBackbone } from '../../../tools/train/backbone/run';
import { backboneDefaults, lessonsOf } from '../../../tools/train/backbone/schema';
import { architectureOf } from '../../../web/engine/network/architectures';
import { tapGeometryOf } from '../../../web/engine/network/geometry';
import { trainingOf } from '../../support/lines';

const needed = ['--images', 'photos', '--teacher', 'a:b/vgg.safetensors:vgg19-16x:relu4_1,relu5_2=relu5_1'];

describe('npm run train -- backbone', () => {
  it('should fill in what is not said, and draw taps to those of the same name', async () => {
    const training = await trainingOf('backbone', needed);
    expect(training.options).toEqual({
      ...backboneDefaults,
      teachers: [
        {
          architecture: 'vgg19-16x',
          lessons: [
            { tap: 'relu4_1', towards: 'relu4_1' },
            { tap: 'relu5_2', towards: 'relu5_1' },
          ],
        },
      ],
    });
    expect(training).toMatchObject({
      teachers: ['a:b/vgg.safetensors'],
      images: ['photos'],
      backend: 'wasm',
      resume: false,
      work: '.cache/train/backbone',
      out: '.cache/train/backbone/network',
    });
  });

  it('should take several teachers, numbers, and channels instead of a name', async () => {
    const flags = ['--teacher', 'i.safetensors:inception-v3:relu4_1=mixed_0', '--architecture', 'vgg-4-5-6.7-8-9.9'];
    const more = ['--steps', '20', '--step-size', '0.01', '--warm-up', '0', '--noise', '0'];
    const training = await trainingOf('backbone', [...needed, ...flags, ...more]);
    expect(training.options).toMatchObject({
      architecture: 'vgg-4-5-6.7-8-9.9',
      steps: 20,
      noise: 0,
      optimiser: { ...backboneDefaults.optimiser, stepSize: 0.01, warmUp: 0 },
    });
    expect(lessonsOf(training.options).map(({ teacher }) => teacher)).toEqual([0, 0, 1]);
  });

  const teacher = (spec: string) => ['--images', 'photos', '--teacher', spec];
  it.each([
    [['--images', 'photos'], 'usage'],
    [teacher('vgg.safetensors'), 'usage'],
    [teacher('vgg.safetensors:vgg19-16x:relu1_1=relu1_1=relu1_1'), 'usage'],
    [[...needed, '--colour'], 'usage'],
    [[...needed, '--steps', 'many'], 'usage'],
    [[...needed, '--threads', '0'], 'usage'],
    [[...needed, '--backend', 'abacus'], 'usage'],
    [[...needed, '--resume', '--from', 'network.json'], 'usage'],
    [[...needed, '--steps', '0'], 'training-invalid'],
    [[...needed, '--crop', '8'], 'training-invalid'],
    [[...needed, '--crop', '100'], 'training-invalid'],
    [[...needed, '--architecture', 'resnet'], 'training-invalid'],
    [[...needed, '--architecture', 'squeezenet1_1'], 'training-invalid'],
    [teacher('vgg.safetensors:vgg21:relu1_1'), 'training-invalid'],
    [teacher('vgg.safetensors:vgg19-16x:relu9_1=relu1_1'), 'training-invalid'],
    [teacher('vgg.safetensors:vgg19-16x:relu1_1=relu9_1'), 'training-invalid'],
    [teacher('vgg.safetensors:vgg19-16x:relu1_1,relu1_1'), 'training-invalid'],
    // A cell every pixel against a cell every two.
    [teacher('vgg.safetensors:vgg19-16x:relu1_1=relu2_1'), 'training-invalid'],
  ])('should refuse %j', async (args, code) => {
    await expect(trainingOf('backbone', args)).rejects.toEqual(expect.objectContaining({ code }));
  });

  it('should refuse a folder without photos before anything is made', async () => {
    const training = await trainingOf('backbone', ['--images', import.meta.dirname, ...needed.slice(2)]);
    const told: string[] = [];
    const run = trainBackbone(training, new AbortController().signal, (line) => told.push(line));
    await expect(run).rejects.toMatchObject({ code: 'not-found' });
    expect(told).toEqual([]);
  });
});

describe('where cells lie', () => {
  const student = architectureOf('reverie-vgg');
  const inception = architectureOf('inception-v3');

  it('should be known from the architecture alone', () => {
    // Four poolings of two: the first cell is the mean of the first sixteen pixels.
    expect(tapGeometryOf(student, 'relu5_4')).toMatchObject({ stride: 16, centre: [7.5, 7.5], channels: 80 });
    // Inception begins with convolutions and poolings that pad nothing.
    expect(tapGeometryOf(inception, 'mixed_3')).toMatchObject({ stride: 16, centre: [21, 21], channels: 768 });
  });

  it("should fall together within half a pixel after a cut, and leave out what one of them doesn't see", () => {
    const pair = { own: tapGeometryOf(student, 'relu5_2'), theirs: tapGeometryOf(inception, 'mixed_3') };
    const [cut] = cutOf([pair]);
    const off = pair.theirs.centre[0] + cut - pair.own.centre[0];
    expect(Math.abs(off - 16 * Math.round(off / 16))).toBeLessThanOrEqual(0.5);
    expect(overlapOf(0, pair, cut, { own: 8, theirs: 6 })).toEqual({ own: 1, theirs: 0, count: 6 });
    expect(overlapOf(0, pair, cut, { own: 8, theirs: 9 })).toEqual({ own: 1, theirs: 0, count: 7 });
    const alike = { own: pair.own, theirs: tapGeometryOf(architectureOf('vgg19-16x'), 'relu5_1') };
    expect(cutOf([alike])).toEqual([0, 0]);
    expect(overlapOf(0, alike, 0, { own: 8, theirs: 8 })).toEqual({ own: 0, theirs: 0, count: 8 });
  });
});
