/**
 * The engine in place, over parts that it is given: one recipe runs after another, on one device;
 * it keeps the networks and leaves no tensor behind. What the parts really are is `engine.ts`; tests give others.
 */
import type { BackendName } from '../../../shared/backends';
import { checkPictureSize, type Size } from '../../../shared/pictureSize';
import { parseRecipe } from '../../../shared/recipe';
import { contentSizeOf } from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import type { Engine, Job, JobListener, MemoryEstimate, RunListener, RunRequest } from '../api';
import { assertSuits } from '../techniques/technique';
import { JobControl } from './control';
import { Devices, type HostDevice } from './devices';
import { checkRunSize } from './inputs';
import { estimateMemory } from './memory';
import { type NetworkParts, NetworkShelf } from './networks';
import { SerialQueue } from './queue';
import { type RunParts, runRecipe } from './run';

export interface EngineParts extends NetworkParts, RunParts {
  /** @param exclude backends that failed in mid-run */
  openDevice(exclude?: readonly BackendName[]): Promise<HostDevice>;
  clearStorage(): Promise<void>;
}

export class LocalEngine implements Engine {
  readonly #runs = new SerialQueue();
  readonly #shelf: NetworkShelf;
  readonly #devices: Devices;
  /** Of the jobs under way, and of those that wait. */
  readonly #controls = new Set<{ cancel(): void }>();
  #disposal: Promise<void> | undefined;

  constructor(private readonly parts: EngineParts) {
    this.#shelf = new NetworkShelf(parts);
    this.#devices = new Devices(
      (exclude) => parts.openDevice(exclude),
      () => this.#shelf.clear(),
    );
  }

  async device() {
    return (await this.#devices.open()).device.report;
  }

  async estimate(value: Recipe, content: Size): Promise<MemoryEstimate> {
    const recipe = parseRecipe(value);
    checkPictureSize(content, 'The photo');
    checkRunSize(content, contentSizeOf(recipe));
    const { device } = await this.#devices.open();
    await this.prepare(recipe.network).result;
    const held = this.#shelf.peek(recipe.network);
    const network = held ?? (await this.#devices.tensors.add(async () => this.#shelf.open(recipe.network)));
    const technique = this.parts.techniqueOf(recipe);
    assertSuits(technique, network, recipe.network);
    return estimateMemory({ technique, recipe, network, content, device });
  }

  prepare(id: string, listener: JobListener = {}) {
    return this.#begin(listener, async (control) => {
      const { manifest } = await this.#shelf.load(id, {
        signal: control.signal,
        onProgress: (progress) => control.report({ phase: 'weights', ...progress }),
      });
      return manifest;
    });
  }

  run(request: RunRequest, listener: RunListener = {}) {
    return this.#begin(listener, (control) => runRecipe(this.#host, request, control), this.#runs);
  }

  clearStorage(): Promise<void> {
    return this.parts.clearStorage();
  }

  dispose(): Promise<void> {
    for (const control of this.#controls) control.cancel();
    this.#disposal ??= this.#devices.dispose();
    return this.#disposal;
  }

  get #host() {
    return { parts: this.parts, devices: this.#devices, shelf: this.#shelf };
  }

  #begin<Listener extends JobListener, Result>(
    listener: Listener,
    work: (control: JobControl<Listener>) => Promise<Result>,
    queue?: SerialQueue,
  ): Job<Result> {
    const control = new JobControl({ listener, memoryBytes: () => this.#devices.memoryBytes });
    this.#controls.add(control);
    const begin = async () => {
      try {
        this.#devices.assertUsable();
        return await work(control);
      } finally {
        control.end();
      }
    };
    const result = (queue ? queue.add(begin, control.signal) : begin()).finally(() => this.#controls.delete(control));
    // Whoever cancels or disposes may not look at the result any more; that is no uncaught error.
    result.catch(() => {});
    return {
      result,
      pause: () => control.pause(),
      resume: () => control.resume(),
      cancel: () => control.cancel(),
    };
  }
}
