/**
 * What was asked for a moment ago, in this isolate: a share that many people open at once is read from D1 once in a few
 * seconds and not once a view. Isolates know nothing of each other, so what is kept says how long it may be wrong.
 */

interface Held<V> {
  readonly value: V;
  readonly until: number;
}

export class Recently<V> {
  /** In order of use, the most recent last. */
  readonly #held = new Map<string, Held<V>>();
  #forgotten = 0;

  /**
   * @param most so many are kept, those that were used last: an isolate has 128 MB for everything.
   * @param ms   so long a value is kept.
   */
  constructor(
    readonly most: number,
    readonly ms: number,
  ) {}

  /**
   * @param read  makes the value where it is not at hand.
   * @param lasts until when the value is true at most, milliseconds since 1970; 0 for one that must not be kept.
   */
  async read(key: string, now: number, read: () => Promise<V>, lasts: (value: V) => number): Promise<V> {
    const held = this.#held.get(key);
    if (held && now < held.until) {
      this.#keep(key, held);
      return held.value;
    }
    const forgotten = this.#forgotten;
    const value = await read();
    const until = Math.min(now + this.ms, lasts(value));
    // What was forgotten while this was read may be the very thing: it may have been read before it changed.
    if (until > now && this.#forgotten === forgotten) this.#keep(key, { value, until });
    return value;
  }

  has(key: string, now: number): boolean {
    return now < (this.#held.get(key)?.until ?? 0);
  }

  /** For whoever has just changed what these keys stand for; all of them, unless it says which. */
  forget(keys: Iterable<string> = [...this.#held.keys()]): void {
    this.#forgotten++;
    for (const key of keys) this.#held.delete(key);
  }

  #keep(key: string, held: Held<V>): void {
    this.#held.delete(key);
    this.#held.set(key, held);
    const [oldest] = this.#held.keys();
    if (this.#held.size > this.most && oldest !== undefined) this.#held.delete(oldest);
  }
}
