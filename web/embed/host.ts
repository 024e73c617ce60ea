/** The frame's end of the messages with the page that embeds it (shared/embedMessages.ts). */
import { effect } from '@preact/signals';
import { type Bare, type FrameMessage, isHostMessage, sealed } from '../../shared/embedMessages';
import { lastError } from '../page/player/state/explain';
import { atEnd, pause, play, playing } from '../page/player/state/film';
import { mine } from '../page/player/state/live';
import { progress } from '../page/run/drive';

/** Of the page that has spoken first; nobody else is heard. */
let host: string | undefined;
/** The same once the frame stands: nothing is sent before, and nothing to anybody else. */
let origin: string | undefined;

function tell(message: Bare<FrameMessage>): void {
  if (origin !== undefined) parent.postMessage(sealed(message), origin);
}

/** A sandboxed or `file:` page has the origin "null", which cannot be addressed. */
const addressable = (from: string) => /^https?:\/\//.test(from);

async function receive({ data, source, origin: from }: MessageEvent<unknown>, stands: Promise<void>): Promise<void> {
  if (source !== parent || parent === window || !addressable(from) || !isHostMessage(data)) return;
  if (host !== undefined && host !== from) return;
  if (data.type === 'connect') {
    if (host === from) return;
    host = from;
    await stands;
    origin = from;
    tell({ type: 'ready' });
    // It may have begun before there was anybody to tell.
    if (playing.peek()) tell({ type: 'play' });
  } else if (data.type === 'play') void play();
  else pause();
}

/**
 * Listens to the page, and tells it what happens here.
 * @param stands the frame has its controls. The page speaks once, when the document has loaded, and words may still be on
 * their way then: it is listened to from the beginning.
 */
export function followHost(stands: Promise<void>): void {
  addEventListener('message', (event) => void receive(event, stands));
  let played = false;
  effect(() => {
    const now = playing.value;
    if (now === played) return;
    played = now;
    tell({ type: now ? 'play' : atEnd.peek() ? 'ended' : 'pause' });
  });
  effect(() => {
    const now = progress.value;
    if (now?.phase === 'optimise') tell({ type: 'progress', done: now.step, total: now.steps });
  });
  effect(() => {
    if (mine.value) tell({ type: 'result', complete: mine.value.complete });
  });
  effect(() => {
    if (lastError.value) tell({ type: 'error', code: lastError.value.code });
  });
}
