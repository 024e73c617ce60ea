/** Many photos, or videos, in the style on the easel. A chunk of its own. */
import '../state/partWords';
import { FileButton } from '../../page/parts/FileButton';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { describeError } from '../../page/words/describe';
import { formatInteger } from '../../page/words/format';
import * as many from '../many/session';
import { dictionary } from '../state/language';
import { manyOpen } from '../state/view';
import { Dialog } from './Dialog';

const taken = 'image/*,video/*,.heic,.heif,.tif,.tiff,.mkv';

export default function ManyDialog() {
  const t = dictionary.value;
  const { items, running, shown, trouble, videoSize } = many;
  const idle = running.value === 'no';
  const count = (value: number) => formatInteger(t.tag, value);
  return (
    <Dialog
      name="many"
      testId="many-dialog"
      class="live-dialog"
      heading={t.many.heading}
      data={{ 'data-running': running.value }}
      onFiles={many.add}
      onClose={() => {
        manyOpen.value = false;
      }}
    >
      <p class="help">{t.many.help}</p>
      <div class="field-row wrap">
        <FileButton testId="many-input" accept={taken} onFiles={many.add}>
          {t.many.files}
        </FileButton>
        <FileButton testId="many-folder" folder onFiles={many.addFolder}>
          {t.many.folder}
        </FileButton>
        {many.hasVideo.value && (
          <label>
            {t.many.videoSize}{' '}
            <select
              data-testid="many-size"
              value={videoSize.value}
              disabled={!idle}
              onChange={(event) => {
                videoSize.value = Number(event.currentTarget.value);
              }}
            >
              {many.videoSizes.map((size) => (
                <option key={size} value={size}>
                  {size}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {trouble.value && (
        <p class="share-error" role="alert" data-code={trouble.value.code}>
          {describeError(trouble.value, t)}
        </p>
      )}
      {items.value.length > 0 && (
        <>
          <p role="status" data-testid="many-count">
            {t.many.count(count(many.done.value), count(items.value.length))}
          </p>
          {shown.value && (
            <div class="live-stage">
              <PixelCanvas pixels={shown.value} class="live-canvas" label={t.many.heading} testId="many-canvas" />
            </div>
          )}
          <ul class="many-list">
            {items.value.map((item, i) => (
              <li key={i} data-testid="many-item" data-state={item.state}>
                <span class="many-name">{item.file.name}</span>
                {item.state === 'painting' && <progress max={1} value={item.share} aria-label={item.file.name} />}
                {item.error && item.state === 'failed' && (
                  <span data-code={item.error.code}>{describeError(item.error, t)}</span>
                )}
                {item.painted && (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={t.many.save(item.file.name)}
                    onClick={() => many.save(item)}
                  >
                    {item.painted.extension.toUpperCase()}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="field-row wrap">
        {idle ? (
          <button
            type="button"
            class="primary"
            data-testid="many-start"
            disabled={many.done.value === items.value.length}
            onClick={() => void many.start()}
          >
            {t.many.start}
          </button>
        ) : (
          <>
            <button type="button" data-testid="many-pause" onClick={() => many.pause(running.value === 'yes')}>
              {running.value === 'yes' ? t.run.pause : t.run.resume}
            </button>
            <button type="button" data-testid="many-stop" onClick={many.stop}>
              {t.run.cancel}
            </button>
          </>
        )}
        <button
          type="button"
          data-testid="many-save"
          disabled={many.done.value === 0}
          onClick={() => void many.saveAll()}
        >
          {t.many.saveAll}
        </button>
      </div>
    </Dialog>
  );
}
