/** The page that embeds a figure is told how high it is, so that nobody scrolls in a frame (shared/embedMessages.ts). */
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
    host ??= origin;
    tell();
  };
  for (const event of heard) listen(event);
  addEventListener('message', listen);
  new ResizeObserver(tell).observe(figure);
}
