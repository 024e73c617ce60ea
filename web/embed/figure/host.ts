/** The page that embeds a figure is told how high it is, so that nobody scrolls in a frame (shared/embedMessages.ts). */
import { isHostMessage, sealed } from '../../../shared/embedMessages';

/** Of the page that has spoken first. */
let host: string | undefined;
let told = 0;
let width = 0;

function tell(): void {
  const figure = document.getElementById('figure');
  if (host === undefined || !figure?.firstChild) return;
  // While it runs again a figure has less to show: the page is not to jump for that.
  if (width !== innerWidth) told = 0;
  width = innerWidth;
  const height = Math.ceil(figure.getBoundingClientRect().height);
  if (height <= told) return;
  told = height;
  parent.postMessage(sealed({ type: 'height', height }), host);
}

addEventListener('message', ({ data, source, origin }) => {
  if (source !== parent || parent === window || host !== undefined || !isHostMessage(data)) return;
  // A sandboxed or `file:` page cannot be addressed.
  if (!/^https?:/.test(origin)) return;
  host = origin;
  tell();
});

/** From now on, whenever it is another height. */
export const tellHeight = (figure: Element): void => new ResizeObserver(tell).observe(figure);
