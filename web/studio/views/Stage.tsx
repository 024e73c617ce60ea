/** The wall: an empty frame or the easel, with messages over it. Its box never changes with what hangs in it. */

import { busy } from '../../page/run/drive';
import { gram } from '../state/gram';
import { dictionary } from '../state/language';
import { opening, photo } from '../state/photo';
import { painting } from '../state/run';
import { film } from '../state/view';
import { Easel } from './Easel';
import { EmptyState } from './EmptyState';
import { FrameStrip } from './FrameStrip';
import { hasLook, LookPanel } from './LookPanel';
import { useLazy } from './lazy';
import { GramPanel } from './lazyViews';
import { NoticeBar } from './NoticeBar';

const loadPlayer = () => import('./FilmPlayer');

export function Stage() {
  const t = dictionary.value;
  const Player = useLazy(film.value, loadPlayer)?.FilmPlayer;
  const current = photo.value;
  // What is grown from nothing hangs without a photo.
  const hangs = current !== null || busy.value || painting.value !== null;
  const frames = busy.value ? [] : (painting.value?.frames ?? []);
  const data = busy.value ? undefined : painting.value?.data;
  const look = data && hasLook(data) ? data : null;
  const strip = frames.length > 1 || gram.value !== null || look !== null;
  return (
    <section
      class={strip ? 'stage with-strip' : 'stage'}
      id="picture"
      tabIndex={-1}
      aria-label={t.photo.region}
      data-testid="stage"
    >
      {hangs ? <Easel photo={current} /> : <EmptyState />}
      {gram.value && <GramPanel />}
      {look && <LookPanel data={look} />}
      {strip &&
        !gram.value &&
        !look &&
        (film.value ? Player && <Player frames={frames} /> : <FrameStrip frames={frames} />)}
      {opening.value !== 'no' && (
        <p class="opening" role="status" data-testid="opening">
          {opening.value === 'heic' ? t.photo.openingHeic : t.photo.opening}
        </p>
      )}
      <NoticeBar />
    </section>
  );
}
