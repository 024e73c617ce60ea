/** The camera, or a video, painted as it runs. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ReverieError } from '../../../shared/errors';
import { fastStylesOf } from '../../../shared/recipe/about';
import { download, fileName, keep } from '../../page/output/save';
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { getEngine } from '../../page/run/engine';
import { describeError } from '../../page/words/describe';
import { formatDecimal, formatSize } from '../../page/words/format';
import { type LiveFacts, runLive } from '../live/loop';
import { type Facing, openCamera, openFile, type Source } from '../live/source';
import { recordCanvas, type VideoFormat, videoFormats } from '../output/film';
import { dictionary } from '../state/language';
import { ownStylesFor } from '../state/ownStyles';
import { chooseFast, recipes } from '../state/recipe';
import { openingPreset } from '../state/styles';
import { liveOpen } from '../state/view';
import { Dialog } from './Dialog';
import { fieldsIn } from './fields/Field';
import { Fields } from './fields/More';
import { Tiles } from './Gallery';

type Recording = { stop(): Promise<Blob>; readonly format: VideoFormat };

export default function LiveDialog() {
  const t = dictionary.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const abort = useRef<AbortController | null>(null);
  const source = useRef<Source | null>(null);
  const facing = useSignal<Facing>('user');
  const facts = useSignal<LiveFacts | null>(null);
  const running = useSignal(false);
  /** Said here: the page's own notices lie behind. */
  const trouble = useSignal<ReverieError | null>(null);
  const recording = useSignal<Recording | null>(null);
  const [format] = videoFormats();

  const stop = () => {
    abort.current?.abort();
    source.current?.close();
    source.current = null;
    running.value = false;
  };
  const close = async () => {
    await saveClip();
    stop();
    liveOpen.value = false;
  };
  useEffect(() => {
    const opening = openingPreset();
    if (opening && recipes.peek().fast.styles.length === 0) chooseFast(opening.id, 'live');
    return stop;
  }, []);

  const start = async (open: () => Promise<Source>, mirrored: boolean) => {
    stop();
    trouble.value = null;
    const controller = new AbortController();
    abort.current = controller;
    try {
      const opened = await open();
      if (controller.signal.aborted || !canvas.current) return opened.close();
      source.current = opened;
      running.value = true;
      void opened.ended.then(async () => {
        if (controller.signal.aborted) return;
        await saveClip();
        stop();
        trouble.value = new ReverieError('camera-missing', 'The camera was unplugged or taken away.');
      });
      await runLive(
        {
          engine: await getEngine(),
          source: opened,
          canvas: canvas.current,
          mirrored,
          recipe: () => recipes.peek().fast,
          ownStyles: (wanted) => ownStylesFor(fastStylesOf(wanted)),
          onFrame: (next) => {
            facts.value = next;
          },
        },
        controller.signal,
      );
    } catch (cause) {
      // One that another source has taken the place of has nothing more to say.
      if (abort.current !== controller) return;
      stop();
      trouble.value = ReverieError.from(cause);
    }
  };
  const camera = (next: Facing) => {
    facing.value = next;
    void start(() => openCamera(next), next === 'user');
  };
  /** What is painted now, as a picture. */
  const still = () =>
    canvas.current?.toBlob((blob) => blob && void keep(blob, fileName('reverie', t.live.heading, 'png')));
  const record = () => {
    if (canvas.current && format) recording.value = { ...recordCanvas(canvas.current, format), format };
  };
  const saveClip = async () => {
    const now = recording.value;
    recording.value = null;
    if (now) download(await now.stop(), fileName('reverie', t.live.heading, now.format));
  };

  const { styles } = recipes.value.fast;
  const only = styles.length === 1 ? styles[0]?.style : null;
  const choose = (style: string) => chooseFast(style, 'live');
  const { fps, width, height } = facts.value ?? { fps: null, width: 0, height: 0 };
  return (
    <Dialog
      name="live"
      testId="live-dialog"
      class="live-dialog"
      heading={t.live.heading}
      data={{ 'data-running': running.value }}
      onClose={() => void close()}
    >
      {trouble.value && (
        <p class="share-error" role="alert" data-testid="live-error" data-code={trouble.value.code}>
          {describeError(trouble.value, t)}
        </p>
      )}
      <div class="live-stage">
        <canvas ref={canvas} class="live-canvas" data-testid="live-canvas" role="img" aria-label={t.live.heading} />
        <p class="live-facts" data-testid="live-facts" data-fps={fps ?? ''}>
          {running.value && fps !== null
            ? t.live.facts(formatDecimal(t.tag, fps), formatSize(t.tag, width, height))
            : running.value
              ? t.live.starting
              : t.live.privacy}
        </p>
      </div>
      <div class="field-row wrap">
        <button type="button" class="primary" data-testid="live-camera" onClick={() => camera(facing.value)}>
          <Icon name="camera" />
          {t.live.camera}
        </button>
        <button
          type="button"
          data-testid="live-flip"
          disabled={!running.value}
          onClick={() => camera(facing.value === 'user' ? 'environment' : 'user')}
        >
          {t.live.flip}
        </button>
        <FileButton testId="live-input" accept="video/*" onFile={(file) => void start(() => openFile(file), false)}>
          {t.live.file}
        </FileButton>
        <button type="button" data-testid="live-still" disabled={facts.value === null} onClick={still}>
          {t.live.still}
        </button>
        {format && (
          <button
            type="button"
            data-testid="live-record"
            disabled={!running.value}
            aria-pressed={recording.value !== null}
            onClick={() => (recording.value ? void saveClip() : record())}
          >
            {recording.value ? t.live.save : t.live.record}
          </button>
        )}
      </div>
      <Tiles name="live-style" chosen={only ?? null} onPreset={choose} onOwn={choose} />
      <Fields
        name="fast"
        fields={fieldsIn('fast').filter(({ kind }) => kind === 'range' || kind === 'learned-styles')}
      />
    </Dialog>
  );
}
