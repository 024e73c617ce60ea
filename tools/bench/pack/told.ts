/** Listens to what a GPU is told: our kernels by name, with their work and bytes, stock ones by their programs' names. */
import { watchDispatches } from '../../../web/engine/device/webgpu/dispatch';
import type { Told } from './format';

export interface Listener {
  /** Since the last call. */
  take(): { readonly told: Told[]; readonly submits: number };
}

export function listen(): Listener {
  let told = new Map<string, Told>();
  let submits = 0;
  const note = (key: string, flop: number, bytes: number) => {
    const { dispatches = 0, ...before } = told.get(key) ?? { flop: 0, bytes: 0 };
    told.set(key, { key, dispatches: dispatches + 1, flop: before.flop + flop, bytes: before.bytes + bytes });
  };
  let own = false;
  watchDispatches(({ key, work, bytes }) => {
    own = true;
    note(key, 2 * work, bytes);
  });
  const pass = GPUComputePassEncoder.prototype;
  const { setPipeline, dispatchWorkgroups } = pass;
  let label = '';
  pass.setPipeline = function (pipeline) {
    label = pipeline.label;
    return setPipeline.call(this, pipeline);
  };
  pass.dispatchWorkgroups = function (...counts) {
    // Ours were noted as they were recorded, with what they do.
    if (!own) note(label.split(/[,_ ]/)[0] || 'stock', 0, 0);
    own = false;
    return dispatchWorkgroups.apply(this, counts);
  };
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (buffers) {
    submits++;
    return submit.call(this, buffers);
  };
  return {
    take() {
      const taken = { told: [...told.values()], submits };
      told = new Map();
      submits = 0;
      return taken;
    },
  };
}
