/** One network that paints at once, in a process of its own: the fast-style one by the engine on WASM or by onnxruntime-web, or the one for any style. */
import * as tf from '@tensorflow/tfjs-core';
import { anyDefaults } from '../../../shared/techniques/any/schema';
import { openDevice } from '../../../web/engine/device';
import { tensorOf } from '../../../web/engine/images/pictures';
import type { Raster } from '../../../web/engine/images/resample';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { measurePainting, paintStrong } from '../../../web/engine/transformer/any/scales';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { transformerToOnnx } from '../../onnx/transformer';
import { readStored } from '../../weights/stored';
import { photo, readShippedNetwork, type ShippedNetwork, shownStyle } from '../engine/problem';
import { serve } from '../process';

export interface FastRequest {
  readonly runtime: 'engine' | 'onnx' | 'any';
  readonly side: number;
  /** Without, onnxruntime-web takes as many as it likes, and the engine one. */
  readonly threads?: number;
}

export interface FastOpened {
  /** For people. */
  readonly description: string;
  readonly threads: number;
  readonly style: string;
}

export interface Painted {
  readonly wallMs: number;
  /** `[H, W, 3]` */
  readonly values: Float32Array;
}

interface Given extends ShippedNetwork {
  /** Square. */
  readonly picture: Raster;
}

interface Runtime extends Omit<FastOpened, 'style'> {
  /** From the picture in this process' memory to the painted one there, in the runtime's own layout. */
  readonly paint: () => Promise<Float32Array>;
  /** That as `[H, W, 3]`; not timed. */
  readonly channelsLast: (values: Float32Array) => Float32Array;
}

let runtime: Runtime | null = null;

const handlers = {
  async open({ runtime: name, side, threads }: FastRequest): Promise<FastOpened> {
    const given: Given = { ...(await readShippedNetwork()), picture: await photo(side, side) };
    runtime = await (name === 'any'
      ? openAny(given)
      : name === 'engine'
        ? openEngine(given, threads)
        : openOther(given, threads));
    return { description: runtime.description, threads: runtime.threads, style: shownStyle };
  },

  async paint(): Promise<Painted> {
    if (!runtime) throw new Error('Open a runtime first.');
    const startedAt = performance.now();
    const values = await runtime.paint();
    const wallMs = performance.now() - startedAt;
    return { wallMs, values: runtime.channelsLast(values) };
  },
};

async function openEngine({ configuration, parameters, weights, picture }: Given, threads = 1): Promise<Runtime> {
  tf.env().set('PROD', true);
  const device = await openDevice({ backend: 'wasm', wasm: { threads } });
  const network = new Transformer(configuration, parameters);
  const vector = network.blend(weights);
  return {
    description: `engine, ${device.report.description}`,
    threads,
    async paint() {
      const image = tensorOf(picture);
      const painted = network.paint(image, vector);
      const values = (await painted.data()) as Float32Array;
      tf.dispose([image, painted]);
      return values;
    },
    channelsLast: (values) => values,
  };
}

/** Its style is measured from the picture itself: what it costs does not depend on it. */
async function openAny({ picture }: Given): Promise<Runtime> {
  tf.env().set('PROD', true);
  const device = await openDevice({ backend: 'wasm' });
  const network = AnyStyleNetwork.create((await readStored('web/public/weights/reverie-any.json')).parameters);
  const style = await measurePainting(network, { ...picture, values: picture.values.map((value) => 1 - value ** 2) });
  return {
    description: `any style, ${device.report.description}`,
    threads: 1,
    paint: async () =>
      (await paintStrong(network, picture, style, { strength: 1, detail: anyDefaults.detail / 100, seed: 1 })).values,
    channelsLast: (values) => values,
  };
}

async function openOther({ configuration, parameters, weights, picture }: Given, threads?: number): Promise<Runtime> {
  const { openOnnx, onnxThreads, onnxVersion } = await import('../../onnx/runtime');
  const session = await openOnnx(transformerToOnnx(configuration, parameters, weights, picture), threads);
  const pixels = picture.width * picture.height;
  const planes = picture.values.map((_, i) => picture.values[(i % pixels) * 3 + Math.floor(i / pixels)] ?? 0);
  return {
    description: `onnxruntime-web ${onnxVersion}, WASM`,
    threads: onnxThreads(),
    paint: () => session.run(planes, picture),
    channelsLast: (values) => values.map((_, i) => values[(i % 3) * pixels + Math.floor(i / 3)] ?? 0),
  };
}

export type FastHandlers = typeof handlers;
serve(handlers);
