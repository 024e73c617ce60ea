/** The command line of `npm run train`, and where squares are cut from photos. */
import { describe, expect, it } from 'vitest';
import { styleId } from '../../../tools/train/work';
import { trainDefaults } from '../../../web/engine/train/options';
import { regionOf, samplesOf } from '../../../web/engine/train/samples';
import { trainingOf } from '../../support/lines';

const needed = [
  '--images',
  'photos',
  '--styles',
  'a/starry-night--vincent-van-gogh-1889.jpg',
  '--styles',
  'Wave 2.png',
];

describe('npm run train -- style', () => {
  it('should fill in what is not said, name styles by their files, and add the photo itself', async () => {
    const training = await trainingOf('style', needed);
    expect(training.options.network).toEqual({
      width: 16,
      blocks: 5,
      norm: 'instance',
      upsampling: 'spline',
      noise: 0.04,
      speckle: 0.25,
      styles: ['starry-night', 'wave-2', 'photo'],
    });
    expect(training.options).toMatchObject({ steps: trainDefaults.steps, crop: trainDefaults.crop });
    expect(training).toMatchObject({ backend: 'wasm', resume: false, work: '.cache/train/reverie-fast' });
  });

  it('should take numbers and choices', async () => {
    const flags = [
      '--steps',
      '20',
      '--norm',
      'batch',
      '--upsampling',
      'transposed',
      '--no-photo',
      '--step-size',
      '0.01',
      '--grain',
      '1',
      '--palette',
      '3',
    ];
    expect((await trainingOf('style', [...needed, ...flags])).options).toMatchObject({
      steps: 20,
      grain: 1,
      palette: 3,
      network: { norm: 'batch', upsampling: 'transposed', styles: ['starry-night', 'wave-2'] },
      optimiser: { stepSize: 0.01, beta1: trainDefaults.optimiser.beta1 },
    });
  });

  it.each([
    [['--images', 'photos'], 'usage'],
    [[...needed, '--steps', 'many'], 'usage'],
    [[...needed, '--colour'], 'usage'],
    [[...needed, '--backend', 'abacus'], 'usage'],
    [[...needed, '--norm', 'layer'], 'training-invalid'],
    [[...needed, '--steps', '0'], 'training-invalid'],
    [[...needed, '--crop', '97'], 'training-invalid'],
    [[...needed, '--width', '1000'], 'training-invalid'],
  ])('should refuse %j', async (args, code) => {
    await expect(trainingOf('style', args)).rejects.toEqual(expect.objectContaining({ code }));
  });

  it('should teach one painting to the shipped network when a style file is asked for', async () => {
    const one = ['--images', 'photos', '--styles', 'a/Golden Fields.png', '--style-file', 'golden.reverie-style'];
    expect(await trainingOf('teach', one)).toEqual({
      images: 'photos',
      painting: 'a/Golden Fields.png',
      file: 'golden.reverie-style',
      name: 'Golden Fields',
      backend: 'wasm',
      threads: 2,
      options: { trains: 'output' },
    });
    expect((await trainingOf('teach', [...one, '--thorough', '--steps', '9'])).options).toEqual({
      trains: 'all',
      steps: 9,
    });
    expect(await trainingOf('teach', needed)).not.toHaveProperty('file');
    await expect(trainingOf('teach', [...needed, '--style-file', 'x'])).rejects.toEqual(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('should name a style by its file up to two hyphens', () => {
    expect(styleId('x/la-grande-jatte--georges-seurat-1886.jpg')).toBe('la-grande-jatte');
  });
});

describe('npm run train -- score', () => {
  const judged = [...needed, '--judge', 'a/squeeze.safetensors:squeezenet1_1:conv1, fire3'];

  it('should fill in what is not said', async () => {
    expect(await trainingOf('score', judged)).toMatchObject({
      judge: { from: 'a/squeeze.safetensors', architecture: 'squeezenet1_1', taps: ['conv1', 'fire3'] },
      count: 20,
      size: 256,
      steps: 300,
    });
  });

  it.each([
    [needed],
    [[...needed, '--judge', 'a.safetensors']],
    [[...judged, '--count', '0']],
    [[...judged, '--steps', '2.5']],
    [[...judged, '--size', 'large']],
    [[...judged, '--colour']],
  ])('should refuse %j', async (args) => {
    await expect(trainingOf('score', args)).rejects.toEqual(expect.objectContaining({ code: 'usage' }));
  });
});

describe('a square of a photo', () => {
  it('should lie within it, whatever the sample says, and be as large as it can at least', async () => {
    const { options } = await trainingOf('style', needed);
    for (const [width, height] of [
      [400, 272],
      [272, 300],
      [100, 50],
    ] as const) {
      for (const sample of [0, 1, 2, 3].flatMap((step) => samplesOf(options, 7, step))) {
        const region = regionOf(sample, width, height, 160);
        expect(region.width).toBe(region.height);
        expect(region.width).toBeGreaterThanOrEqual(Math.min(160, height, width));
        expect(region.left).toBeGreaterThanOrEqual(0);
        expect(region.left + region.width).toBeLessThanOrEqual(width);
        expect(region.top + region.height).toBeLessThanOrEqual(height);
      }
    }
  });
});
