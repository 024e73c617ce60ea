/**
 * `<reverie-embed share="…">`: a picture that costs the page one image request until somebody touches it. Then a frame
 * of the edge takes its place, in the same box. Attributes and events: README.md. Built into one classic script.
 */
import {
  type Bare,
  embedPaths,
  type FrameMessage,
  type HostMessage,
  isFrameMessage,
  sealed,
} from '../../shared/embedMessages';
import { figurePaths } from '../../shared/figurePaths';
import type { PlayerWords } from '../../shared/words/player';
import { css } from './style';

/** By language; the build puts them here (tools/build/plugins.ts). */
declare const reverieWords: Readonly<Record<string, PlayerWords['widget']>> & { readonly en: PlayerWords['widget'] };
const words = reverieWords;

/** Where this script came from is where shares live. Null in a module, which has no `currentScript`. */
const source = (document.currentScript as HTMLScriptElement | null)?.src;

/** A frame of ours needs its own origin to load its engine; it is another origin than the page's, so both flags are safe. */
const sandbox = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads';

const ids = /^[\w-]{1,64}$/;

let sheet: CSSStyleSheet | undefined;

function isClear(image: HTMLImageElement): boolean {
  const side = 32;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, side, side);
  return context?.getImageData(0, 0, side, side).data.some((value, i) => i % 4 === 3 && value < 255) ?? false;
}

class ReverieEmbed extends HTMLElement {
  static readonly observedAttributes = ['share', 'figure', 'params', 'width', 'height', 'title', 'theme', 'autoplay'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #frame: HTMLIFrameElement | undefined;
  #view: IntersectionObserver | undefined;
  #queued = false;

  connectedCallback(): void {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.#root.adoptedStyleSheets = [sheet];
    addEventListener('message', this.#receive);
    this.#render();
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#receive);
    this.#view?.disconnect();
    this.#frame = undefined;
  }

  attributeChangedCallback(_: string, before: string | null, after: string | null): void {
    // Several attributes in one task make one rendering.
    if (before === after || !this.isConnected || this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      if (this.isConnected) this.#render();
    });
  }

  /** Opens the frame if need be, and starts the film. */
  play(): void {
    if (this.#frame) this.#send({ type: 'play' });
    else this.#open(true);
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  get #base(): string {
    return new URL(this.getAttribute('server') ?? source ?? location.href).origin;
  }

  get #language(): string {
    const asked = this.closest('[lang]')?.getAttribute('lang') || navigator.language;
    const primary = asked.toLowerCase().split('-')[0] ?? '';
    return primary in words ? primary : 'en';
  }

  get #words() {
    return words[this.#language] ?? words.en;
  }

  get #name(): string {
    return this.title || this.textContent?.trim() || this.#words.title;
  }

  #render(): void {
    const figure = this.getAttribute('figure');
    const id = figure ?? this.getAttribute('share') ?? '';
    this.#view?.disconnect();
    this.#frame = undefined;
    this.style.removeProperty('--reverie-height');
    this.#root.replaceChildren(document.createElement('slot'));
    if (!ids.test(id)) return;
    const [width, height] = [Number(this.getAttribute('width')), Number(this.getAttribute('height'))];
    if (width > 0) this.style.setProperty('--reverie-width', `${width}px`);
    if (width > 0 && height > 0) this.style.setProperty('--reverie-ratio', `${width / height}`);

    const image = new Image();
    image.alt = '';
    image.loading = 'lazy';
    image.decoding = 'async';
    // To be read: whether it lets something through is not known before it is here.
    image.crossOrigin = 'anonymous';
    image.onload = () => image.classList.toggle('clear', isClear(image));
    // Deleted, expired, or the edge is away: the author's own link stands again.
    image.onerror = () => {
      this.#view?.disconnect();
      this.#root.replaceChildren(document.createElement('slot'));
      this.#tell('error', { code: 'not-found' });
    };
    const button = document.createElement('button');
    button.type = 'button';
    const act = figure ? this.#words.run : this.#words.play;
    button.setAttribute('aria-label', `${act}: ${this.#name}`);
    const badge = document.createElement('span');
    badge.textContent = act;
    button.append(image, badge);
    button.onclick = () => this.#open(true);
    button.onpointerenter = button.onfocus = () => this.#preconnect();
    this.#root.replaceChildren(button);
    image.src = this.#base + (figure ? figurePaths.picture(id) : embedPaths.poster(id));
    if (this.hasAttribute('autoplay') && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#view = new IntersectionObserver(
        ([entry]) => {
          if (entry?.isIntersecting) this.#open(false);
        },
        { threshold: 0.5 },
      );
      this.#view.observe(this);
    }
  }

  #preconnect(): void {
    const link = document.createElement('link');
    link.rel = 'preconnect';
    link.href = this.#base;
    if (!document.head.querySelector(`link[rel=preconnect][href="${link.href}"]`)) document.head.append(link);
  }

  #open(focus: boolean): void {
    if (this.#frame) return;
    this.#view?.disconnect();
    const frame = document.createElement('iframe');
    this.#frame = frame;
    frame.setAttribute('sandbox', sandbox);
    frame.setAttribute('allow', 'fullscreen; web-share; clipboard-write; cross-origin-isolated');
    frame.referrerPolicy = 'strict-origin-when-cross-origin';
    frame.title = this.#name;
    const figure = this.getAttribute('figure');
    const url = new URL(
      figure
        ? `${figurePaths.page(figure)}?${this.getAttribute('params') ?? ''}`
        : embedPaths.frame(this.getAttribute('share') ?? ''),
      this.#base,
    );
    url.searchParams.set('lang', this.#language);
    const theme = this.getAttribute('theme');
    if (theme) url.searchParams.set('theme', theme);
    url.hash = 'play';
    frame.onload = () => {
      this.#send({ type: 'connect' });
      if (focus) frame.focus();
    };
    frame.src = url.href;
    // Over the poster, which stays to be seen while the frame loads.
    this.#root.append(frame);
    this.#tell('open');
  }

  #send(message: Bare<HostMessage>): void {
    this.#frame?.contentWindow?.postMessage(sealed(message), this.#base);
  }

  readonly #receive = ({ data, origin, source: from }: MessageEvent<unknown>): void => {
    if (!this.#frame || from !== this.#frame.contentWindow || origin !== this.#base || !isFrameMessage(data)) return;
    const { ns, v, type, ...detail } = data as FrameMessage;
    if (type === 'ready') this.#root.querySelector('button')?.remove();
    if (type === 'height') this.style.setProperty('--reverie-height', `${(data as { height: number }).height}px`);
    this.#tell(type, detail);
  };

  #tell(type: string, detail: object = {}): void {
    this.dispatchEvent(new CustomEvent(`reverie-${type}`, { bubbles: true, composed: true, detail }));
  }
}

// The script may be on a page twice, and an old browser may lack what it needs: the author's link is enough then.
if ('adoptedStyleSheets' in document && !customElements.get('reverie-embed')) {
  customElements.define('reverie-embed', ReverieEmbed);
}
