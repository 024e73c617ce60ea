/** The page that embeds a figure is told that it stands and how high it is, so that nobody scrolls in a frame (shared/embedMessages.ts). */
import { isHostMessage, sealed } from '../../../shared/embedMessages';

/** @param heard messages that came before anybody listened */
export function tellHeight(figure: Element, heard: readonly MessageEvent<unknown>[]): void {
  /** Of the page that has spoken first. */
  let host: string | undefined;
  let [told, width] = [0, innerWidth];
  const tell = () => {
    if (host === undefined) return;
    // While it runs again a figure has less to show: the page is not to jump for that.
    if (width !== innerWidth) told = 0;
    width = innerWidth;
    const height = Math.ceil(figure.getBoundingClientRect().height);
    if (height <= told) return;
    told = height;
    parent.postMessage(sealed({ type: 'height', height }), host);
  };
  const listen = ({ data, source, origin }: MessageEvent<unknown>) => {
    // A sandboxed or `file:` page cannot be addressed.
    if (source !== parent || parent === window || !isHostMessage(data) || !/^https?:/.test(origin)) return;
    if (host !== undefined) return;
    host = origin;
    // Its picture's button is out of reach then, and out of the tab order.
    parent.postMessage(sealed({ type: 'ready' }), host);
    tell();
  };
  for (const event of heard) listen(event);
  addEventListener('message', listen);
  new ResizeObserver(tell).observe(figure);
}
