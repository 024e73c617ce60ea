/**
 * WebGPU in Node, through Dawn (the `webgpu` package), for the command line and the tests: call `provideNodeGpu`
 * before opening a WebGPU device. Here rather than in the engine, so that no browser bundle sees it.
 */
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { BackendName } from '../web/engine/api';
import { type Device, openDevice } from '../web/engine/device';

interface DawnModule {
  create(flags: string[]): GPU;
  globals: object;
}

/** glibc's RTLD_NODELETE, which Node does not name: keep a library although it turned out to be no Node add-on. */
const keepLoaded = 0x1000;

/**
 * SwiftShader unrolls the zeroing of workgroup memory into one store per element, which makes compiling a tiled kernel
 * take a second; Dawn's own zeroing is a loop.
 */
export const swiftShaderFlags = ['disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension'];

let provided: Promise<GPU | null> | null = null;

/**
 * Defines `navigator.gpu` and WebGPU's globals: the machine's own Vulkan driver, else SwiftShader (Vulkan on the CPU)
 * from an installed Chromium. Null if there is no adapter either way. Cheap when called again.
 */
export function provideNodeGpu(): Promise<GPU | null> {
  provided ??= provide();
  return provided;
}

/**
 * Opens a device of this backend; for WebGPU its globals are provided first.
 * @param threads of WASM
 */
export async function openNodeDevice(backend: BackendName, threads = 1): Promise<Device> {
  if (backend === 'webgpu') await provideNodeGpu();
  return openDevice({ backend, wasm: { threads } });
}

async function provide(): Promise<GPU | null> {
  const present = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (present) return present;
  const { create, globals } = (await import('webgpu')) as unknown as DawnModule;
  let gpu = create([]);
  if (!(await gpu.requestAdapter()) && loadSoftwareVulkan()) gpu = create(swiftShaderFlags);
  if (!(await gpu.requestAdapter())) return null;
  Object.assign(globalThis, globals);
  // Node 21 has a navigator of its own; Node 20 has none.
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

/** Points the Vulkan loader at Chromium's SwiftShader; false if no Chromium brings one. */
function loadSoftwareVulkan(): boolean {
  if (process.platform !== 'linux') return false;
  const folder = softwareFolder();
  if (!folder) return false;
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
  const loader = vulkanLoader();
  if (loader) {
    try {
      // Loaded under its name, it is what Dawn then finds on a machine that has no Vulkan loader of its own.
      process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | keepLoaded);
    } catch {
      // Always throws: it is no Node add-on. It stays loaded.
    }
  }
  return true;
}

const softwareFolder = (): string | undefined =>
  chromiumFolders().find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));

/** The Vulkan loader that an installed Chromium brings. */
export function vulkanLoader(): string | null {
  const loader = join(softwareFolder() ?? '', 'libvulkan.so.1');
  return existsSync(loader) ? loader : null;
}

/** Folders of installed Chromiums: beside the executable, and where distributions put what it starts. */
function chromiumFolders(): string[] {
  const named = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)));
  const besides = [...named, ...onPath].filter((path) => existsSync(path)).map((path) => dirname(realpathSync(path)));
  return [...new Set([...besides, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'])];
}
