/** The wall: an empty frame or the easel, with messages over it. Its box never changes with what hangs in it. */
import { dictionary } from '../state/language';
import { opening, photo } from '../state/photo';
import { Easel } from './Easel';
import { EmptyState } from './EmptyState';
import { NoticeBar } from './NoticeBar';

export function Stage() {
  const t = dictionary.value;
  const current = photo.value;
  return (
    <section class="stage" id="picture" tabIndex={-1} aria-label={t.photo.region} data-testid="stage">
      {current ? <Easel photo={current} /> : <EmptyState />}
      {opening.value !== 'no' && (
        <p class="opening" role="status" data-testid="opening">
          {opening.value === 'heic' ? t.photo.openingHeic : t.photo.opening}
        </p>
      )}
      <NoticeBar />
    </section>
  );
}
