/**
 * Runs a compute pass of our own on the TensorFlow.js WebGPU backend: raw WGSL and raw pipelines (several
 * outputs, only the uniforms a shader needs), yet inside the backend's command encoder, buffer pool and
 * pipeline cache, so that stock kernels and ours can be mixed freely.
 *
 * This reaches into fields that tfjs-backend-webgpu 4.22 marks private; that release is frozen (the last one).
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { env, util } from '@tensorflow/tfjs-core';
import { inSingle, isHalf } from './halves';

interface BackendInternals {
  computePassEncoder: GPUComputePassEncoder | null;
  commandEncoder: GPUCommandEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
  pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
}

export const internalsOf = (backend: WebGPUBackend): BackendInternals => backend as unknown as BackendInternals;

export type ElementType = 'f32' | 'vec4<f32>';
export type Uniform = { readonly type: 'i32' | 'f32'; readonly value: number };

/** One dispatch. Bindings of group 0 in order: outputs, inputs, uniforms. */
export interface Pass {
  /** Names everything that changes the source: two passes with one key share a pipeline. */
  readonly key: string;
  /** WGSL after the declarations of bindings and uniforms; entry point `main`. */
  readonly source: () => string;
  readonly outputs: Record<string, { readonly tensor: TensorInfo; readonly element: ElementType }>;
  readonly inputs: Record<string, { readonly tensor: TensorInfo; readonly element: ElementType }>;
  readonly uniforms: Record<string, Uniform>;
  readonly workgroups: readonly [number, number, number];
  /** Multiply-adds, roughly: long work is submitted early, see below. */
  readonly work: number;
}

/**
 * A command buffer that runs for long makes drivers reset the GPU (Windows TDR, gpuweb#3126), and buffers freed
 * within a batch return to the pool only when it is submitted: so submit by work and by bytes, not only by count.
 */
const maxWorkPerSubmit = 4e9;
const maxBytesPerSubmit = 64 * 1024 * 1024;

/** Work and output bytes recorded since the last submit, per backend. */
const pending = new WeakMap<WebGPUBackend, { work: number; bytes: number }>();

/** The element type in which a buffer of rows of `channels` floats can be read. */
export const elementFor = (channels: number): ElementType => (channels % 4 === 0 ? 'vec4<f32>' : 'f32');

/** A tensor bound number by number. */
export const scalars = (tensor: TensorInfo) => ({ tensor, element: 'f32' as const });

export const int = (value: number): Uniform => ({ type: 'i32', value });
export const float = (value: number): Uniform => ({ type: 'f32', value });

/** A new, unwritten tensor on the device. */
export function allocate(backend: WebGPUBackend, shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
  return backend.makeTensorInfo([...shape], dtype);
}

/** A pass as it is recorded: its key, multiply-adds, and bytes of what is bound to it. */
type Watcher = (pass: { readonly key: string; readonly work: number; readonly bytes: number }) => void;
let watcher: Watcher | undefined;

/** For the bench: told of every pass from now on. */
export function watchDispatches(watch: Watcher): void {
  watcher = watch;
}

/** Records the pass; it runs when the backend next submits. */
export function dispatch(backend: WebGPUBackend, pass: Pass): void {
  const outputs = Object.values(pass.outputs).map(({ tensor }) => tensor);
  const tensors = [...outputs, ...Object.values(pass.inputs).map(({ tensor }) => tensor)];
  const internals = internalsOf(backend);
  const compileOnly = env().getBool('WEBGPU_ENGINE_COMPILE_ONLY');
  const pipeline = pipelineFor(backend, pass, compileOnly);
  if (compileOnly) return;
  for (const tensor of tensors) backend.uploadToGPU(tensor.dataId);
  if (pipeline instanceof Promise) throw new Error(`Pipeline ${pass.key} is still compiling`);

  const buffers = tensors.map((tensor) => backend.tensorMap.get(tensor.dataId).resource as GPUBuffer);
  buffers.push(uniformBuffer(backend, Object.values(pass.uniforms)));
  const bindGroup = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  for (const tensor of tensors) internals.commandQueueOwnedIds.add(tensor.dataId);

  backend.ensureCommandEncoderReady();
  internals.computePassEncoder ??= (internals.commandEncoder as GPUCommandEncoder).beginComputePass();
  watcher?.({ ...pass, bytes: buffers.reduce((sum, { size }) => sum + size, 0) });
  internals.computePassEncoder.setPipeline(pipeline);
  internals.computePassEncoder.setBindGroup(0, bindGroup);
  internals.computePassEncoder.dispatchWorkgroups(...pass.workgroups);
  submitIfDue(backend, pass.work, 4 * outputs.reduce((sum, { shape }) => sum + util.sizeFromShape(shape), 0));
}

function submitIfDue(backend: WebGPUBackend, work: number, bytes: number): void {
  const internals = internalsOf(backend);
  // A count of 0 means that a stock kernel or a read has submitted since we last looked.
  const since = internals.dispatchCountInPass === 0 ? undefined : pending.get(backend);
  const total = { work: (since?.work ?? 0) + work, bytes: (since?.bytes ?? 0) + bytes };
  pending.set(backend, total);
  internals.dispatchCountInPass++;
  if (
    total.work >= maxWorkPerSubmit ||
    total.bytes >= maxBytesPerSubmit ||
    internals.dispatchCountInPass >= env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')
  )
    submit(backend);
}

/** Hands everything recorded so far to the GPU and returns freed buffers to the pool. */
export function submit(backend: WebGPUBackend): void {
  if (!internalsOf(backend).commandEncoder) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/**
 * Splits `units` equal workgroups into dispatches that stay below the device's grid limit and below the work that
 * one submit may carry: `[first, count]` pairs.
 */
export function chunks(backend: WebGPUBackend, units: number, workPerUnit: number): [number, number][] {
  const limit = backend.device.limits.maxComputeWorkgroupsPerDimension;
  const size = Math.max(1, Math.min(limit, Math.floor(maxWorkPerSubmit / Math.max(1, workPerUnit))));
  const parts: [number, number][] = [];
  for (let first = 0; first < units; first += size) parts.push([first, Math.min(size, units - first)]);
  return parts;
}

function pipelineFor(
  backend: WebGPUBackend,
  pass: Pass,
  compileOnly: boolean,
): GPUComputePipeline | Promise<GPUComputePipeline> {
  const [written, read] = [halvesOf(pass.outputs), halvesOf(pass.inputs)];
  const key = [`reverie:${pass.key}`, ...written.keys(), ...read.keys()].join(' half ');
  const { pipelineCache } = internalsOf(backend);
  const cached = pipelineCache[key];
  if (cached) return cached;
  const { device } = backend;
  const half = new Set([...written.keys(), ...read.keys()]);
  const source = inSingle(pass.source(), read, [...written.keys()]);
  const enabled = [...(half.size > 0 ? ['f16'] : []), ...(source.includes('subgroup') ? ['subgroups'] : [])];
  const code = `${enabled.map((name) => `enable ${name};\n`).join('')}${declarations(pass, half)}\n${source}`;
  const descriptor: GPUComputePipelineDescriptor = {
    label: key,
    layout: device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout(device, pass)] }),
    compute: { module: device.createShaderModule({ code, label: key }), entryPoint: 'main' },
  };
  const pipeline = compileOnly
    ? device.createComputePipelineAsync(descriptor)
    : device.createComputePipeline(descriptor);
  pipelineCache[key] = pipeline;
  return pipeline;
}

/** Explicit, because an automatic layout drops bindings that a variant of a shader happens not to read. */
function bindGroupLayout(device: GPUDevice, pass: Pass): GPUBindGroupLayout {
  const types: GPUBufferBindingType[] = [
    ...Object.keys(pass.outputs).map((): GPUBufferBindingType => 'storage'),
    ...Object.keys(pass.inputs).map((): GPUBufferBindingType => 'read-only-storage'),
    'uniform',
  ];
  const visibility = 4; // GPUShaderStage.COMPUTE; the global is absent in Node
  return device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility, buffer: { type } })),
  });
}

/** What is stored with half precision, and as what it is read and written. */
const halvesOf = (bound: Pass['inputs']): ReadonlyMap<string, ElementType> =>
  new Map(Object.entries(bound).flatMap(([name, { tensor, element }]) => (isHalf(tensor) ? [[name, element]] : [])));

function declarations(pass: Pass, half: ReadonlySet<string>): string {
  const storage = (access: string) => (name: string, element: ElementType) =>
    `var<storage, ${access}> ${name}: array<${half.has(name) ? element.replace('f32', 'f16') : element}>;`;
  const lines = [
    ...Object.entries(pass.outputs).map(([name, { element }]) => storage('read_write')(name, element)),
    ...Object.entries(pass.inputs).map(([name, { element }]) => storage('read')(name, element)),
    'var<uniform> uniforms: Uniforms;',
  ];
  const fields = Object.entries(pass.uniforms).map(([name, { type }]) => `${name}: ${type},`);
  return [
    `struct Uniforms { ${fields.join(' ')} };`,
    ...lines.map((line, binding) => `@group(0) @binding(${binding}) ${line}`),
  ].join('\n');
}

function uniformBuffer(backend: WebGPUBackend, uniforms: readonly Uniform[]): GPUBuffer {
  const data = new DataView(new ArrayBuffer(Math.ceil((uniforms.length * 4) / 16) * 16));
  uniforms.forEach(({ type, value }, index) => {
    if (type === 'i32') data.setInt32(index * 4, value, true);
    else data.setFloat32(index * 4, value, true);
  });
  const usage = 0x08 | 0x40; // COPY_DST | UNIFORM, as the backend asks for its own: one pool
  const buffer = backend.bufferManager.acquireBuffer(data.byteLength, usage);
  backend.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, 0, data.byteLength);
  internalsOf(backend).uniformPendingDisposal.push(buffer);
  return buffer;
}
