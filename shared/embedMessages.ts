/**
 * What the widget on a blog (`web/embed/element.ts`) and the frame inside it (`web/embed/frame.tsx`) say to each
 * other over postMessage. Both ends check namespace, version, origin and source; the widget speaks first, so that
 * the frame knows to which origin it answers and never has to send to `*`.
 *
 * The widget's script may weigh 3 KB: no schema library here.
 */
export const embedNamespace = 'reverie-embed';
export const embedVersion = 1;

interface Envelope<Type extends string> {
  readonly ns: typeof embedNamespace;
  readonly v: typeof embedVersion;
  readonly type: Type;
}

/** To the frame. */
export type HostMessage = Envelope<'connect'> | Envelope<'play'> | Envelope<'pause'>;

/** To the page that embeds. */
export type FrameMessage =
  | Envelope<'ready'>
  | Envelope<'play'>
  | Envelope<'pause'>
  | Envelope<'ended'>
  /** The visitor's own photo: `done` of `total` steps. */
  | (Envelope<'progress'> & { readonly done: number; readonly total: number })
  | (Envelope<'result'> & { readonly complete: boolean })
  /** A live figure that has run is so many pixels high. */
  | (Envelope<'height'> & { readonly height: number })
  /** An error code of `shared/errors.ts`. */
  | (Envelope<'error'> & { readonly code: string });

/** A message without its envelope, as the ends write it. */
export type Bare<Message> = Message extends unknown ? Omit<Message, 'ns' | 'v'> : never;

export const sealed = <Content extends { readonly type: string }>(content: Content) => ({
  ns: embedNamespace,
  v: embedVersion,
  ...content,
});

/** The type of a message of ours; undefined for whatever else arrives, which every page's messages do. */
export function messageType(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { ns, v, type } = data as Partial<Record<'ns' | 'v' | 'type', unknown>>;
  return ns === embedNamespace && v === embedVersion && typeof type === 'string' ? type : undefined;
}

export function isHostMessage(data: unknown): data is HostMessage {
  const type = messageType(data);
  return type === 'connect' || type === 'play' || type === 'pause';
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

export function isFrameMessage(data: unknown): data is FrameMessage {
  const { done, total, complete, height, code } = (data ?? {}) as Partial<Record<string, unknown>>;
  switch (messageType(data)) {
    case 'ready':
    case 'play':
    case 'pause':
    case 'ended':
      return true;
    case 'progress':
      return isCount(done) && isCount(total);
    case 'height':
      return isCount(height);
    case 'result':
      return typeof complete === 'boolean';
    case 'error':
      return typeof code === 'string' && /^[a-z-]{1,40}$/.test(code);
    default:
      return false;
  }
}

/** Where the edge serves what the widget asks for. */
export const embedPaths = {
  script: '/embed.js',
  frame: (id: string) => `/embed/${id}`,
  poster: (id: string) => `/embed/${id}/poster`,
} as const;
