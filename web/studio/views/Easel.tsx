/** The hung picture on the wall, and what leads from there to a closer look. */
import '../state/partWords';
import { useRef } from 'preact/hooks';
import { fieldsOf } from '../../../shared/techniques/values';
import { Icon } from '../../page/parts/Icon';
import { formatPercent } from '../../page/words/format';
import { gram } from '../state/gram';
import { dictionary } from '../state/language';
import type { Photo } from '../state/photo';
import { tab } from '../state/recipe';
import { comparable, divider, narrow, stylesOpen, toggleDivider, viewerOpen } from '../state/view';
import { isWhole } from '../viewer/lens';
import { useLens } from '../viewer/useLens';
import { Hanging, useHung } from './Hanging';
import { GramCells } from './lazyViews';

export function Easel({ photo }: { readonly photo: Photo | null }) {
  const t = dictionary.value;
  const hung = useHung(photo);
  const view = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  // Where the page scrolls under the picture, the wheel is the page's.
  const looking = useLens(view, frame, hung.pixels, !narrow.value);
  const paints = fieldsOf(tab.value).some(({ kind }) => kind === 'styles');
  const close = !isWhole(looking.lens.value);
  const tools = (
    <div class="easel-tools">
      {close && (
        <button
          type="button"
          class="on-picture"
          data-testid="zoom-fit"
          aria-label={t.viewer.fit}
          title={t.viewer.fit}
          onClick={looking.fit}
        >
          <Icon name="fit" />
          {formatPercent(t.tag, looking.share.value)}
        </button>
      )}
      {comparable.value && (
        <button
          type="button"
          class="on-picture icon-only"
          data-testid="divider"
          aria-label={t.viewer.compare}
          title={`${t.viewer.compare}. ${t.viewer.hold}`}
          aria-pressed={divider.value}
          onClick={toggleDivider}
        >
          <Icon name="compare" />
        </button>
      )}
      {photo && paints && (
        <button
          type="button"
          class="on-picture icon-only"
          data-testid="styles-open"
          aria-label={t.viewer.styles}
          title={t.viewer.styles}
          onClick={() => {
            stylesOpen.value = true;
          }}
        >
          <Icon name="grid" />
        </button>
      )}
      <button
        type="button"
        class="on-picture icon-only"
        data-testid="viewer-open"
        aria-label={t.viewer.open}
        title={t.viewer.open}
        onClick={() => {
          viewerOpen.value = true;
        }}
      >
        <Icon name="zoom" />
      </button>
    </div>
  );
  return (
    <div ref={view} class="easel" data-testid="easel" data-close={close}>
      <Hanging hung={hung} looking={looking} frame={frame} tools={hung.state !== 'painting' && tools}>
        {gram.value && <GramCells />}
      </Hanging>
    </div>
  );
}
