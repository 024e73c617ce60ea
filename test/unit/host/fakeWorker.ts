/** A Worker whose inside runs in this thread, behind a real MessageChannel: messages are cloned and transferred for real. */
import type { Engine } from '../../../web/engine/api';
import type { WorkerLike } from '../../../web/engine/client/session';
import { exposeEngine } from '../../../web/engine/host/expose';

export class FakeWorker extends EventTarget implements WorkerLike {
  readonly #channel = new MessageChannel();
  terminated = false;
  /** Data of every message that came out of the worker. */
  readonly received: unknown[] = [];

  /** @param create makes the engine inside; left out, the module never loads. */
  constructor(create?: () => Engine) {
    super();
    const { port1, port2 } = this.#channel;
    port1.addEventListener('message', ({ data }) => {
      this.received.push(data);
      if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data }));
    });
    port1.start();
    if (create) exposeEngine(port2, create);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#channel.port1.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
  }

  /** What a browser fires when the script cannot be loaded (no message), or when something in it is not caught. */
  fireError(message?: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), message === undefined ? {} : { message }));
  }
}
