/** The wall: an empty frame or the easel, with messages over it. Its box never changes with what hangs in it. */

import { busy } from '../../page/run/drive';
import { gram } from '../state/gram';
import { dictionary } from '../state/language';
import { opening, photo } from '../state/photo';
import { painting } from '../state/run';
import { film } from '../state/view';
import { EmptyState } from './EmptyState';
import { useLazy } from './lazy';
import { GramPanel } from './lazyViews';
import { NoticeBar } from './NoticeBar';

const loadEasel = () => import('./Easel');
const loadPlayer = () => import('./FilmPlayer');
const loadStrip = () => import('./FrameStrip');
const loadLook = () => import('./LookPanel');

export function Stage() {
  const t = dictionary.value;
  const done = busy.value ? null : painting.value;
  const frames = done?.frames ?? [];
  const data = done?.data;
  const Look = useLazy(data !== undefined, loadLook);
  const look = data && Look?.hasLook(data) ? data : null;
  const several = frames.length > 1 && !gram.value && !look;
  const Player = useLazy(several && film.value, loadPlayer)?.FilmPlayer;
  const Strip = useLazy(several && !film.value, loadStrip)?.FrameStrip;
  const current = photo.value;
  // What is grown from nothing hangs without a photo.
  const hangs = current !== null || busy.value || painting.value !== null;
  // It comes while the photo is opened.
  const Easel = useLazy(hangs || opening.value !== 'no', loadEasel)?.Easel;
  const strip = several || gram.value !== null || look !== null;
  return (
    <section
      class={strip ? 'stage with-strip' : 'stage'}
      id="picture"
      tabIndex={-1}
      aria-label={t.photo.region}
      data-testid="stage"
    >
      {hangs ? Easel && <Easel photo={current} /> : <EmptyState />}
      {gram.value && <GramPanel />}
      {look && Look && <Look.LookPanel data={look} />}
      {several && (film.value ? Player && <Player frames={frames} /> : Strip && <Strip frames={frames} />)}
      {opening.value !== 'no' && (
        <p class="opening" role="status" data-testid="opening">
          {opening.value === 'heic' ? t.photo.openingHeic : t.photo.opening}
        </p>
      )}
      <NoticeBar />
    </section>
  );
}
