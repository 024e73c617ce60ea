/**
 * What every recipe comes to, bit for bit, on the networks that are served: the engine may be re-made, its pictures stay.
 * A change that is meant to change pictures renews the hashes, and the commit says why:
 *
 *     REVERIE_GOLDEN=renew npm test -- --project unit test/unit/golden
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../../shared/hash';
import { parseWeightsManifest } from '../../../shared/manifest';
import { presetIndexSchema } from '../../../shared/preset';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { OwnStyle, Pixels } from '../../../web/engine/api';
import { pixelsHash } from '../../../web/engine/images/hash';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage, targetsFromPreset } from '../../../web/engine/techniques/style/targets';
import { decodeStyleFile } from '../../../web/engine/train/styleFile';
import { gatherParameters } from '../../../web/engine/transformer/parameters';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { RunControl, TechniqueResult } from '../../../web/engine/types';
import { useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { landscape, painted, painting } from '../techniques/pictures';
import { type GoldenCase, goldenCases, onPlainJavaScript } from './recipes';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures');
const renews = process.env.REVERIE_GOLDEN === 'renew';
const served = path.resolve(import.meta.dirname, '../../../web/public');

const startPicture = () => painted(50, 40, (x, y) => [5 * x, 6 * y, 120]);
const guidePicture = () => painting(70, 50);
const maskPicture = (i: number) => painted(32, 24, (x, y) => (i ? [255 - 8 * x, 0, 0] : [8 * x, 10 * y, 255]));

async function presetStyle(id: string) {
  const index = v.parse(presetIndexSchema, JSON.parse(await readFile(`${served}/presets/index.json`, 'utf8')));
  const preset = index.presets.find((one) => one.id === id);
  const statistics = preset?.statistics.find(({ network }) => network === 'reverie-vgg');
  if (!preset || !statistics) throw new Error(id);
  const blob = await readFile(`${served}/presets/${statistics.sha256}.bin`);
  return targetsFromPreset(preset, statistics, Uint8Array.from(blob).buffer);
}

async function fastNetwork(): Promise<Transformer> {
  const manifest = parseWeightsManifest(JSON.parse(await readFile(`${served}/weights/reverie-fast.json`, 'utf8')));
  if (!manifest.transformer) throw new Error('no fast-style network');
  const parameters = gatherParameters(manifest.transformer, await servedParameters('reverie-fast'));
  return new Transformer(manifest.transformer, parameters);
}

/** Own styles as files of every version, under the names that the recipes call them. */
async function ownStyle(name: string): Promise<OwnStyle> {
  const file = await readFile(`${fixtures}/stored/${name}.reverie-style`);
  return { ...(await decodeStyleFile(file)), id: name };
}

/** Three hashes: of the picture; of its frames, what else there is to look at, and the losses; of the previews on the way. */
async function fingerprint(result: TechniqueResult, previews: readonly string[]): Promise<string> {
  const { pixels, frames = [], gram, losses, steps, complete } = result;
  const shown = await Promise.all(frames.map(async (frame) => [frame.label, await pixelsHash(frame.pixels)]));
  const data = gram && [gram.layer, gram.width, gram.height, gram.channels];
  const arrays =
    gram && (await Promise.all([gram.answers, gram.cosines, gram.order].map((one) => sha256Hex(bytesOf(one)))));
  const rest = [shown, data, arrays, losses.map(({ step, loss }) => [step, loss]), steps, complete];
  const texts = [rest, previews].map((part) => sha256Hex(new TextEncoder().encode(JSON.stringify(part))));
  const hashes = await Promise.all([pixelsHash(pixels), ...texts]);
  return hashes.map((hash) => hash.slice(0, 24)).join(' ');
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array | Uint16Array) =>
  Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  useBackend(backend);
  const file = path.join(fixtures, 'golden', `${backend}.json`);
  const made: Record<string, string> = {};
  let kept: Record<string, string> = {};
  let looking: Network;
  let onePass: Transformer;
  beforeAll(async () => {
    if (!renews) kept = JSON.parse(await readFile(file, 'utf8'));
    // Losses are read as often as time allows: on a clock that leaps, at every step.
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 1000));
    looking = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
    onePass = await fastNetwork();
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    if (renews) await writeFile(file, `${JSON.stringify(made, null, 2)}\n`);
  });

  async function run({ recipe: fields, start, guide, masks, styles = [] }: GoldenCase): Promise<string> {
    const recipe = parseRecipe({ version: recipeVersion, ...fields });
    const named = recipe.technique === 'fast' ? recipe.styles.map(({ style }) => style) : [];
    const own = await Promise.all(named.filter((id) => id.startsWith('own-')).map(ownStyle));
    const previews: string[] = [];
    let asked = 0;
    const control: RunControl = {
      proceed: async () => true,
      report: () => {},
      wantsPreview: () => asked++ % 2 === 0,
      preview: (pixels: Pixels, frame) => void previews.push(`${frame} ${Buffer.from(pixels.data).toString('base64')}`),
    };
    tf.engine().startScope('golden');
    try {
      const targets = styles.map((kind) =>
        kind === 'preset'
          ? presetStyle('great-wave')
          : targetsFromImage(kind === 'other' ? landscape(60, 60) : painting()),
      );
      const result = await techniqueOf(recipe).run({
        recipe,
        network: (recipe.technique === 'fast' ? onePass : looking) as Network,
        content: recipe.technique === 'see' && recipe.view === 'feature' ? null : landscape(96, 72),
        styles: await Promise.all(targets),
        masks: styles.map((_, i) => (masks?.[i] ? maskPicture(i) : null)),
        start: start && startPicture(),
        guide: guide && guidePicture(),
        own,
        control,
      });
      expect(result.complete).toBe(true);
      const shown = await Promise.all(previews.map((preview) => sha256Hex(new TextEncoder().encode(preview))));
      return await fingerprint(result, shown);
    } finally {
      tf.engine().endScope();
    }
  }

  const all = Object.entries(goldenCases);
  const chosen: [string, GoldenCase][] =
    backend === 'wasm'
      ? all
      : all.flatMap(([name, one]) => {
          const smaller = onPlainJavaScript[name];
          return smaller ? [[name, { ...one, recipe: { ...one.recipe, ...smaller } }]] : [];
        });

  it.each(chosen)('%s', async (name, one) => {
    made[name] = await run(one);
    if (!renews) expect(made[name]).toBe(kept[name]);
  });

  it('has a hash for every recipe, and no other', () => {
    if (!renews) expect(Object.keys(kept)).toEqual(chosen.map(([name]) => name));
  });
});
