/** The device of an engine: opened when it is first needed, given up when it fails, and a fresh one after it. */
import type { BackendName, DeviceReport } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import type { JobControl } from './control';
import { SerialQueue } from './queue';

/** What the host needs of a device; `device/index.ts` has more. */
export interface HostDevice {
  readonly report: DeviceReport;
  memoryBudget(): number;
  /** Bytes for so many of tensors. */
  takes(tensorBytes: number): number;
  memory(): { readonly tensors: number; readonly bytes: number };
  /** With `device-lost` or `out-of-memory`. */
  onLost(callback: (error: ReverieError) => void): void;
  /** Throws what `onLost` is about to say: a validation error of WebGPU makes no read fail. */
  check(): void;
  /** Compiles what this would use, where the backend compiles; see `Device`. */
  compile?(run: () => void): Promise<void>;
  /** Gives pooled buffers back. */
  trim(): void;
  dispose(): void | Promise<void>;
}

export interface OpenDevice {
  readonly device: HostDevice;
  /** Rejects when the device is lost, and never resolves. */
  readonly lost: Promise<never>;
  readonly lose: (error: ReverieError) => void;
  alive: boolean;
}

export class Devices {
  /** Whoever makes or frees tensors holds this: TensorFlow.js has one scope stack for all. */
  readonly tensors = new SerialQueue(Number.POSITIVE_INFINITY);
  /** Jobs that compute, or are about to: they are told when the device fails. */
  readonly users = new Set<JobControl>();
  #opening: Promise<OpenDevice> | undefined;
  #current: OpenDevice | undefined;
  /** The lost device's remains being cleared away; a fresh one opens after that. */
  #closing: Promise<void> = Promise.resolve();
  #disposed = false;

  /** @param forget what was on a device is gone, or to be freed now */
  constructor(
    private readonly openDevice: (exclude?: readonly BackendName[]) => Promise<HostDevice>,
    private readonly forget: () => void,
  ) {}

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  /** That tensors hold now. */
  get memoryBytes(): number | undefined {
    return this.#current?.device.memory().bytes;
  }

  /** @throws ReverieError `backend-unavailable`; `aborted` once it is disposed of */
  async open(exclude: readonly BackendName[] = []): Promise<OpenDevice> {
    this.assertUsable();
    this.#opening ??= this.#openAfterClosing(exclude);
    return this.#opening;
  }

  /** Closes a device that failed a job, if its loss has not done so already; to the other jobs on it, it is lost. */
  async abandon(open: OpenDevice): Promise<void> {
    this.#lost(open, new ReverieError('device-lost', 'The device failed at other work and was given up.'));
    await this.#closing;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    this.#current = undefined;
    await this.tensors.add(async () => {
      this.forget();
      const open = await opening?.catch(() => undefined);
      await open?.device.dispose();
    });
  }

  assertUsable(): void {
    if (this.#disposed) throw new ReverieError('aborted', 'The engine was disposed of.');
  }

  #openAfterClosing(exclude: readonly BackendName[]): Promise<OpenDevice> {
    const opening = this.#closing.then(async () => {
      const device = await this.openDevice(exclude);
      let lose = (_: ReverieError) => {};
      const lost = new Promise<never>((_, reject) => {
        lose = reject;
      });
      lost.catch(() => {});
      const open: OpenDevice = { device, lost, lose, alive: true };
      device.onLost((error) => this.#lost(open, error));
      this.#current = open;
      return open;
    });
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  #lost(open: OpenDevice, error: ReverieError): void {
    if (!open.alive || this.#disposed) return;
    open.alive = false;
    for (const user of this.users) user.fail(error);
    this.#current = undefined;
    this.#opening = undefined;
    this.#closing = this.tensors.add(async () => {
      this.forget();
      try {
        await open.device.dispose();
      } catch {
        // It is gone already; what matters is that the next one opens.
      }
    });
    open.lose(error);
  }
}

/** How long work whose device was lost may take to notice, milliseconds. */
const lostGraceMs = 2_000;

/** Settles as `running` does, or rejects when the device is lost and `running` has had time to notice. */
export function untilLost<T>(running: Promise<T>, lost: Promise<never>): Promise<T> {
  return Promise.race([running, lost]).catch(async (cause: unknown) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lostGraceMs);
    });
    await Promise.race([running.catch(() => {}), late]);
    clearTimeout(timer);
    throw cause;
  });
}
