/** The picture by itself: as large as the window or the screen, real pixels, the next and the one before. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { canCopyImages } from '../../page/output/save';
import { Icon, type IconName } from '../../page/parts/Icon';
import { formatPercent } from '../../page/words/format';
import { history, openEntry } from '../state/kept';
import { dictionary } from '../state/language';
import { photo } from '../state/photo';
import { copyPainting } from '../state/resultActions';
import { painting } from '../state/run';
import { comparable, divider, flipComparison, shownPixels, toggleDivider, viewerOpen } from '../state/view';
import { isWhole } from '../viewer/lens';
import { useLens } from '../viewer/useLens';
import { Dialog } from './Dialog';
import { Hanging, useHung } from './Hanging';
import { open } from './HistoryStrip';
import { NoticeBar } from './NoticeBar';

const zoomStep = 1.5;
/** CSS pixels that an arrow key moves a picture. */
const panStep = 80;

/** The one made before or after it. */
function hangNeighbour(step: 1 | -1): void {
  const at = history.value.findIndex(({ id }) => id === openEntry.value);
  const entry = history.value[at + step];
  if (at >= 0 && entry) open(entry);
}

interface ToolProps {
  readonly testId: string;
  readonly name: string;
  readonly icon?: IconName;
  readonly pressed?: boolean;
  readonly act: () => unknown;
  readonly children?: ComponentChildren;
}

function Tool({ testId, name, icon, pressed, act, children }: ToolProps) {
  return (
    <button
      type="button"
      class="quiet icon-only"
      data-testid={testId}
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      onClick={() => void act()}
    >
      {icon ? <Icon name={icon} /> : children}
    </button>
  );
}

export default function Viewer() {
  const t = dictionary.value;
  const hung = useHung(photo.value);
  const whole = useRef<HTMLDivElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const looking = useLens(view, frame, hung.pixels, true);
  const full = useSignal(false);
  const toggleFull = () =>
    document.fullscreenElement ? document.exitFullscreen() : whole.current?.requestFullscreen();
  const { zoomBy, pan, fit, real, lens } = looking;
  const arrow = (x: 1 | 0 | -1, y: 1 | 0 | -1) => {
    if (!isWhole(lens.peek())) pan(-x * panStep, -y * panStep);
    // Newest first.
    else if (x !== 0) hangNeighbour(x);
  };
  const keys: Readonly<Record<string, () => unknown>> = {
    '+': () => zoomBy(zoomStep),
    '=': () => zoomBy(zoomStep),
    '-': () => zoomBy(1 / zoomStep),
    '0': fit,
    '1': real,
    ArrowLeft: () => arrow(-1, 0),
    ArrowRight: () => arrow(1, 0),
    ArrowUp: () => arrow(0, -1),
    ArrowDown: () => arrow(0, 1),
  };
  // By position, so that they work while a Korean input method is on.
  const letters: Readonly<Record<string, () => unknown>> = {
    KeyC: () => comparable.value && flipComparison(),
    KeyD: () => comparable.value && toggleDivider(),
    KeyF: toggleFull,
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      // The divider's own keys.
      if (event.target instanceof HTMLInputElement && /^(Arrow|Page)/.test(event.key)) return;
      const act = keys[event.key] ?? letters[event.code];
      if (!act) return;
      event.preventDefault();
      void act();
    };
    const onFull = () => {
      full.value = document.fullscreenElement !== null;
    };
    document.addEventListener('keydown', onKeyDown);
    document.addEventListener('fullscreenchange', onFull);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('fullscreenchange', onFull);
    };
  }, []);
  const fullName = full.value ? t.viewer.leaveFull : t.viewer.full;
  return (
    <Dialog
      name="viewer"
      class="viewer"
      heading={painting.value?.title(t) ?? photo.value?.name(t) ?? ''}
      onClose={() => {
        viewerOpen.value = false;
      }}
    >
      <div ref={whole} class="viewer-whole">
        <div ref={view} class="viewer-picture" data-testid="viewer-picture" data-close={!isWhole(lens.value)}>
          <Hanging hung={hung} looking={looking} frame={frame} prefix="viewer-" />
          <NoticeBar />
        </div>
        <div class="viewer-tools" role="toolbar" aria-label={t.viewer.tools}>
          <Tool testId="viewer-out" name={t.viewer.out} act={keys['-'] ?? fit}>
            −
          </Tool>
          <button
            type="button"
            class="quiet viewer-scale"
            data-testid="viewer-real"
            aria-label={`${formatPercent(t.tag, looking.share.value)}: ${t.viewer.real}`}
            title={t.viewer.real}
            onClick={real}
          >
            {formatPercent(t.tag, looking.share.value)}
          </button>
          <Tool testId="viewer-in" name={t.viewer.in} icon="plus" act={keys['+'] ?? fit} />
          <Tool testId="viewer-fit" name={t.viewer.fit} icon="fit" act={fit} />
          {comparable.value && (
            <Tool
              testId="viewer-divider"
              name={t.viewer.compare}
              icon="compare"
              pressed={divider.value}
              act={toggleDivider}
            />
          )}
          {shownPixels.value && canCopyImages() && (
            <Tool testId="viewer-copy" name={t.result.copy} icon="copy" act={copyPainting} />
          )}
          {document.fullscreenEnabled && (
            <Tool testId="viewer-full" name={fullName} icon="zoom" pressed={full.value} act={toggleFull} />
          )}
        </div>
        {comparable.value && <p class="viewer-hint">{t.viewer.hold}</p>}
      </div>
    </Dialog>
  );
}
