/** The engine over real devices and real techniques, with made-up networks of a few channels: a run takes a moment. */
import type { BackendName } from '../../shared/backends';
import type { ReverieError } from '../../shared/errors';
import { photoStyle, type TransformerConfiguration } from '../../shared/transformer';
import { type DeviceOptions, openDevice } from '../../web/engine/device';
import type { HostDevice } from '../../web/engine/host/devices';
import { type EngineParts, LocalEngine } from '../../web/engine/host/localEngine';
import { Network } from '../../web/engine/network/network';
import { techniqueOf } from '../../web/engine/techniques';
import { targetsFromImage, targetsFromPreset } from '../../web/engine/techniques/style/targets';
import type { Technique } from '../../web/engine/techniques/technique';
import { initialParameters } from '../../web/engine/transformer/parameters';
import { Transformer } from '../../web/engine/transformer/transformer';
import type { RunControl } from '../../web/engine/types';
import { everyStep, manifest } from '../unit/host/fakes';
import { madeUpParameters } from './madeUp';
import { chain } from './smallNetworks';

export const smallTaps = ['relu1', 'relu2'] as const;
const configuration: TransformerConfiguration = {
  width: 4,
  blocks: 1,
  norm: 'instance',
  upsampling: 'resize',
  styles: ['waves', photoStyle],
};

export interface SmallEngine {
  readonly engine: LocalEngine;
  /** Called after every step of a run, over all its attempts; the run waits. */
  onStep: (step: number) => unknown;
  /** Loses the device that is open now. */
  lose(error: ReverieError): void;
}

/** @param backend only this; the best when absent */
export function smallEngine(backend?: BackendName, wasm: DeviceOptions['wasm'] = {}): SmallEngine {
  let lose = (_: ReverieError) => {};
  let step = 0;
  const unused = () => Promise.reject(new Error('not used by these tests'));
  const parts: EngineParts = {
    async openDevice(exclude = []): Promise<HostDevice> {
      const device = await openDevice({ backend, exclude, wasm });
      return {
        report: device.report,
        memoryBudget: () => device.memoryBudget(),
        takes: (tensorBytes) => device.takes(tensorBytes),
        memory: () => device.memory(),
        onLost: (callback) => {
          lose = callback;
          device.onLost(callback);
        },
        check: () => device.check(),
        trim: () => device.trim(),
        dispose: () => device.dispose(),
      };
    },
    loadWeights: async (id) => ({ manifest: manifest(id), parameters: new Map(), fromCache: false }),
    createNetwork: ({ manifest: { id } }) =>
      id === 'reverie-fast'
        ? new Transformer(configuration, initialParameters(configuration, 5))
        : Network.create(chain(), madeUpParameters(chain())),
    fetchPresets: unused,
    fetchStatistics: unused,
    techniqueOf: (recipe) => watched(techniqueOf(recipe), () => small.onStep(++step)),
    targetsFromPreset,
    targetsFromImage,
    clearStorage: async () => {},
    pace: everyStep,
  };
  const engine = new LocalEngine(parts);
  const small: SmallEngine = { engine, onStep: () => {}, lose: (error) => lose(error) };
  const { run } = engine;
  engine.run = (...request) => {
    step = 0;
    return run.apply(engine, request);
  };
  return small;
}

function watched(technique: Technique, onStep: () => unknown): Technique {
  return {
    ...technique,
    run: (context) => {
      const { control } = context;
      const watching: RunControl = {
        report: (progress) => control.report(progress),
        wantsPreview: () => control.wantsPreview(),
        preview: (pixels, frame) => control.preview(pixels, frame),
        keep: (take) => control.keep?.(take) ?? Promise.resolve(),
        proceed: async () => {
          await onStep();
          return control.proceed();
        },
      };
      return technique.run({ ...context, control: watching });
    },
  };
}
