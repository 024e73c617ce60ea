/**
 * What a thread does, and the memory by which it is told. In Node this function goes to its thread as text: it may use nothing
 * from around it.
 */

/** What is at which place of `Served.control`. */
export const controls = {
  posted: 0,
  open: 1,
  busy: 2,
  next: 3,
  slices: 4,
  kernel: 5,
  operands: 6,
  failed: 7,
  states: 8,
};

/** Of a thread, at `controls.states` and its number. */
export const states = { none: 0, starting: 1, running: 2, refused: 3 };

export interface Served {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly at: typeof controls;
  readonly be: typeof states;
  readonly control: Int32Array;
  /** Of the kernel under way; after them the address of the scratch, and bytes of it for each thread. */
  readonly operands: Float64Array;
  /** Where each slice begins, and where the last ends. */
  readonly bounds: Int32Array;
  /** From 1 on: 0 is whoever posts the work. */
  readonly thread: number;
  /** So many looks for work before it sleeps. */
  readonly spins: number;
  /** So long without work, milliseconds, and the thread ends. */
  readonly idleMs: number;
}

/**
 * Takes slice after slice of whatever is posted, until there is nothing for a while. Whoever posts closes the work before he
 * looks whether somebody is busy, and who comes is busy before he looks whether it is open: nobody is late.
 */
export function serve(served: Served): void {
  const { module, memory, at, be, control, operands, bounds, thread, spins, idleMs } = served;
  const state = at.states + thread;
  try {
    const kernels = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
    // What was posted while this thread started counts as news.
    let seen = Atomics.load(control, at.posted) - 1;
    if (Atomics.compareExchange(control, state, be.starting, be.running) !== be.starting) return;
    for (;;) {
      // Kernels follow one another within fractions of a millisecond; to be woken may take longer than that.
      for (let i = 0; i < spins && Atomics.load(control, at.posted) === seen; i++);
      if (Atomics.wait(control, at.posted, seen, idleMs) === 'timed-out') break;
      seen = Atomics.load(control, at.posted);
      if (Atomics.load(control, state) !== be.running) return;
      Atomics.add(control, at.busy, 1);
      if (Atomics.load(control, at.open) === 1) {
        const kernel = kernels[control[at.kernel] ?? 0] as (...given: number[]) => void;
        const count = control[at.operands] ?? 0;
        const given = Array.from(operands.subarray(0, count));
        const scratch = (operands[count] ?? 0) + thread * (operands[count + 1] ?? 0);
        for (;;) {
          const slice = Atomics.add(control, at.next, 1);
          if (slice >= (control[at.slices] ?? 0)) break;
          kernel(...given, bounds[slice] ?? 0, bounds[slice + 1] ?? 0, scratch);
        }
      }
      Atomics.sub(control, at.busy, 1);
      Atomics.notify(control, at.busy);
    }
    Atomics.store(control, state, be.none);
  } catch {
    // Busy for ever: what it was to do is not done. Before it ever ran it is only one thread less.
    if (Atomics.load(control, state) === be.running) Atomics.store(control, at.failed, 1);
    Atomics.store(control, state, be.refused);
    Atomics.notify(control, at.busy);
  }
}
