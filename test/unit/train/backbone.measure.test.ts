/** What a distillation is judged by, and what it leaves on disk. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Distillation } from '../../../tools/train/backbone/gradient';
import { backboneLayoutOf } from '../../../tools/train/backbone/layout';
import { stand, takeHeads } from '../../../tools/train/backbone/measure';
import { recordOf } from '../../../tools/train/backbone/run';
import { backboneSamplesOf } from '../../../tools/train/backbone/samples';
import { fromNetwork } from '../../../tools/train/backbone/start';
import { startDistillation, taughtParameters } from '../../../tools/train/backbone/trainer';
import { filtersOf } from '../../../tools/train/backbone/weightNorm';
import { publishNetwork, writeRecord } from '../../../tools/train/work';
import { readStored } from '../../../tools/weights/stored';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { alive, useBackend } from '../../support/backends';
import { trainingOf } from '../../support/lines';
import { madeUpParameters } from '../../support/networks';
import { relativeError } from '../device/numbers';
import { numbersFor, optionsOf, photos, teacher, teacherName, variances } from './backbone.support';

const measured = { fitted: { photos, squares: 24 }, judged: { photos, squares: 9 } };

describe('how much a network leaves over', () => {
  useBackend('wasm');

  it('should be nothing for the teacher itself, more for another network, and what training starts with', async () => {
    const options = optionsOf({ noise: 0, brightness: 0 });
    const same = optionsOf({
      architecture: teacherName,
      teachers: [{ architecture: teacherName, lessons: ['relu1_1', 'relu2_1'].map((tap) => ({ tap, towards: tap })) }],
    });
    const taught = teacher();
    const before = alive();
    const own = backboneLayoutOf(same);
    const itself = await stand(own, madeUpParameters(architectureOf(teacherName), 5), [taught], 16, measured);
    for (const share of itself.unexplained) expect(share).toBeLessThan(0.02);

    const layout = backboneLayoutOf(options);
    const values = numbersFor(layout);
    const other = await stand(layout, filtersOf(layout, values), [taught], 16, measured);
    expect(alive()).toEqual(before);
    for (const share of other.unexplained) expect(share).toBeGreaterThan(0.02);

    // The heads in the training's own numbers: its losses are such shares, too.
    takeHeads(layout, other, values);
    const source = new Distillation(options, [teacher()], photos, other.variances);
    const { losses } = await source.gradient(
      { values, running: null },
      backboneSamplesOf({ ...options, batch: 24, seed: 0 }, photos.count, 0),
    );
    losses.forEach((loss, i) => {
      expect(loss).toBeGreaterThan(0.3 * (other.unexplained[i] ?? 0));
      expect(loss).toBeLessThan(3 * (other.unexplained[i] ?? 0));
    });
    source.dispose();
    taught.dispose();
  });

  it('should be written beside a network that any loader takes', async () => {
    const out = await mkdtemp(path.join(tmpdir(), 'backbone-'));
    try {
      const training = await trainingOf('backbone', [
        ...['--images', 'photos', '--teacher', `folder/teacher.safetensors:${teacherName}:relu1_1,relu2_1`],
        ...['--architecture', 'vgg-3.4-5', '--out', out, '--id', 'tiny'],
      ]);
      const layout = backboneLayoutOf(training.options);
      const state = startDistillation(training.options, numbersFor(layout), variances);
      const parameters = taughtParameters(state);
      const { architecture } = training.options;
      const { file, manifest } = await publishNetwork(training, { architecture, source: 'a test' }, parameters);
      const measuredNow = { unexplained: { relu1_1: 0.5 } };
      await writeRecord(training, recordOf(training, { ...state, losses: [[1, 3]] }, measuredNow));
      expect(manifest).toMatchObject({ id: 'tiny', architecture: 'vgg-3.4-5', dtype: 'float16' });
      const stored = await readStored(file);
      const network = Network.create(architectureOf(stored.manifest.architecture), stored.parameters);
      expect(network.taps).toEqual(['relu1_1', 'relu1_2', 'relu2_1']);
      network.dispose();
      // What is read is what was trained, to half precision; and it can be gone on from.
      const again = filtersOf(layout, fromNetwork(layout, stored.parameters));
      for (const [name, { values }] of parameters) {
        expect(relativeError(again.get(name)?.values ?? [], values), name).toBeLessThan(1e-3);
      }
      const record: unknown = JSON.parse(await readFile(path.join(out, 'tiny.training.txt'), 'utf8'));
      expect(record).toMatchObject({
        architecture: 'vgg-3.4-5',
        step: 0,
        losses: [1, 3],
        unexplained: { relu1_1: 0.5 },
        files: ['teacher.safetensors'],
      });
    } finally {
      await rm(out, { recursive: true });
    }
  });
});
