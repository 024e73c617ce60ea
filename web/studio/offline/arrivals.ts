/** What the system brings to an installed studio: a photo that was shared to it or opened with it, and the icon's shortcuts. A chunk of its own. */
import { ReverieError } from '../../../shared/errors';
import { sharedFile } from '../../../shared/offlineBuild';
import { takeFile } from '../state/actions';
import { historyOpen } from '../state/kept';
import { complain } from '../state/notice';
import { openLive, openMany } from '../state/view';

interface Launched {
  readonly files?: readonly { getFile(): Promise<File> }[];
}
interface LaunchQueue {
  setConsumer(take: (launched: Launched) => void): void;
}

/** What the service worker laid down for us; once. */
async function takeShared(): Promise<void> {
  const { cache: name, path, nameHeader } = sharedFile;
  const cache = await caches.open(name);
  const kept = await cache.match(path);
  await cache.delete(path);
  if (!kept) throw new ReverieError('not-found', 'The photo that was shared has not arrived. Choose it here instead.');
  const blob = await kept.blob();
  const file = new File([blob], decodeURIComponent(kept.headers.get(nameHeader) ?? ''), { type: blob.type });
  await takeFile(file, 'photo');
}

const views: Readonly<Record<string, () => void>> = {
  live: openLive,
  many: openMany,
  history: () => {
    historyOpen.value = true;
  },
};

/** What the address asks for is taken out of it: a reload starts afresh. */
export async function takeArrivals(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const queue = (globalThis as { launchQueue?: LaunchQueue }).launchQueue;
  queue?.setConsumer(({ files = [] }) => {
    void files[0]?.getFile().then(
      (file) => takeFile(file, 'photo'),
      (cause) => complain(ReverieError.from(cause, 'image-unreadable')),
    );
  });
  if (!asked.has('shared') && !asked.has('open')) return;
  const opened = asked.get('open') ?? '';
  for (const key of ['shared', 'open']) asked.delete(key);
  const rest = asked.size > 0 ? `?${asked}` : '';
  history.replaceState(history.state, '', location.pathname + rest + location.hash);
  views[opened]?.();
  try {
    if (opened === '') await takeShared();
  } catch (cause) {
    complain(cause);
  }
}
