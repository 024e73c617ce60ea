/** What a card can do at most, by programs of a screen each that owe nothing to the engine's kernels; and what it draws. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { median } from '../report';

const storage = 0x80 | 0x4 | 0x8; // STORAGE | COPY_SRC | COPY_DST

interface Program {
  readonly code: string;
  readonly buffers: readonly GPUBuffer[];
  readonly workgroups: readonly [number, number];
}

/** Milliseconds of one of many dispatches in a row. @param atMostMs of all rounds together, once there were three */
async function time(device: GPUDevice, { code, buffers, workgroups }: Program, atMostMs: number): Promise<number> {
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const round = async (count: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let n = 0; n < count; n++) pass.dispatchWorkgroups(...workgroups);
    pass.end();
    const startedAt = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - startedAt;
  };
  await round(1);
  const once = await round(1);
  const count = Math.max(1, Math.min(2000, Math.round(atMostMs / 6 / Math.max(once, 0.02))));
  const all: number[] = [];
  const startedAt = performance.now();
  while (all.length < 3 || (all.length < 9 && performance.now() - startedAt < atMostMs)) all.push(await round(count));
  return median(all) / count;
}

/** C = A · B of squares: 64×64 a workgroup of 16×16 threads, 4×4 each, sixteen of depth staged. */
const product = (side: number) => `
@group(0) @binding(0) var<storage, read_write> c: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
var<workgroup> left: array<array<f32, 68>, 16>;
var<workgroup> right: array<array<vec4<f32>, 16>, 16>;
@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) id: vec3<u32>) {
  let thread = id.y * 16 + id.x;
  var s0 = vec4<f32>(0.0);
  var s1 = vec4<f32>(0.0);
  var s2 = vec4<f32>(0.0);
  var s3 = vec4<f32>(0.0);
  for (var k = 0u; k < ${side}u; k += 16u) {
    let row = thread / 4u;
    let quad = thread % 4u;
    let value = a[(group.y * 64u + row) * ${side / 4}u + k / 4u + quad];
    for (var n = 0u; n < 4u; n++) { left[quad * 4u + n][row] = value[n]; }
    right[id.y][id.x] = b[(k + id.y) * ${side / 4}u + group.x * 16u + id.x];
    workgroupBarrier();
    for (var n = 0u; n < 16u; n++) {
      let r = right[n][id.x];
      s0 = fma(vec4<f32>(left[n][id.y * 4u]), r, s0);
      s1 = fma(vec4<f32>(left[n][id.y * 4u + 1u]), r, s1);
      s2 = fma(vec4<f32>(left[n][id.y * 4u + 2u]), r, s2);
      s3 = fma(vec4<f32>(left[n][id.y * 4u + 3u]), r, s3);
    }
    workgroupBarrier();
  }
  let at = (group.y * 64u + id.y * 4u) * ${side / 4}u + group.x * 16u + id.x;
  c[at] = s0;
  c[at + ${side / 4}u] = s1;
  c[at + ${side / 2}u] = s2;
  c[at + ${(3 * side) / 4}u] = s3;
}`;

const copy = `
@group(0) @binding(0) var<storage, read_write> to: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> from_: array<vec4<f32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 256u + id.x;
  to[i] = from_[i];
}`;

const nothing = `
@group(0) @binding(0) var<storage, read_write> to: array<vec4<f32>>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32) { if (i == 0u) { to[0] = vec4<f32>(1.0); } }`;

/** @param small for a processor that plays a GPU */
export async function speedsOf(device: GPUDevice, small: boolean) {
  const side = small ? 256 : 2048;
  const bytes = small ? 2 ** 22 : 2 ** 27;
  const atMostMs = small ? 1500 : 4000;
  const made: GPUBuffer[] = [];
  const buffer = (size: number) => {
    const one = device.createBuffer({ size, usage: storage });
    made.push(one);
    return one;
  };
  const matrix = () => buffer(4 * side * side);
  const productMs = await time(
    device,
    { code: product(side), buffers: [matrix(), matrix(), matrix()], workgroups: [side / 64, side / 64] },
    atMostMs,
  );
  const groups = bytes / 16 / 256;
  const copyMs = await time(
    device,
    {
      code: copy,
      buffers: [buffer(bytes), buffer(bytes)],
      workgroups: [Math.min(groups, 32_768), Math.ceil(groups / 32_768)],
    },
    atMostMs,
  );
  const dispatchMs = await time(device, { code: nothing, buffers: [buffer(16)], workgroups: [1, 1] }, atMostMs / 2);
  for (const one of made) one.destroy();
  return {
    gflops: (2 * side ** 3) / productMs / 1e6,
    gigabytes: (2 * bytes) / copyMs / 1e6,
    dispatchUs: 1000 * dispatchMs,
  };
}

const run = (command: string, args: readonly string[]) =>
  new Promise<string | null>((resolve) => {
    execFile(command, args, { timeout: 3000 }, (error, out) => resolve(error ? null : out));
  });

async function nvidiaWatts(): Promise<number | null> {
  const out = await run('nvidia-smi', ['--query-gpu=power.draw', '--format=csv,noheader,nounits']);
  return out === null ? null : Number.parseFloat(out);
}

/** amdgpu and i915 tell the kernel, in millionths of a watt. */
async function kernelWatts(): Promise<number | null> {
  const folder = '/sys/class/hwmon';
  for (const name of await readdir(folder).catch(() => [])) {
    const driver = await readFile(`${folder}/${name}/name`, 'utf8').catch(() => '');
    if (!/amdgpu|i915|xe/.test(driver)) continue;
    for (const file of ['power1_average', 'power1_input']) {
      const value = Number.parseInt(await readFile(`${folder}/${name}/${file}`, 'utf8').catch(() => ''), 10);
      if (Number.isFinite(value)) return value / 1e6;
    }
  }
  return null;
}

/** Looks at what the card draws until it is stopped. @returns the mean; undefined where no driver tells */
export async function watchPower(): Promise<() => number | undefined> {
  const reading = async () => (await nvidiaWatts()) ?? (await kernelWatts());
  const seen: number[] = [];
  if (!Number.isFinite((await reading()) ?? Number.NaN)) return () => undefined;
  const timer = setInterval(async () => {
    const watts = await reading();
    if (watts !== null && Number.isFinite(watts)) seen.push(watts);
  }, 250);
  return () => {
    clearInterval(timer);
    return seen.length === 0 ? undefined : seen.reduce((sum, watts) => sum + watts, 0) / seen.length;
  };
}
