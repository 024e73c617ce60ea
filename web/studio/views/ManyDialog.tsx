/** Many photos, or videos, in the style on the easel. A chunk of its own. */
import '../state/partWords';
import type { ReverieError } from '../../../shared/errors';
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
  const faultOf = (error: ReverieError) => {
    const fault = error.about('image-unsupported')?.video;
    return fault ? t.many.faults[fault] : describeError(error, t);
  };
  const count = (value: number) => formatInteger(t.tag, value);
  return (
    <Dialog
      name="many"
      testId="many-dialog"
      class="live-dialog"
      heading={t.many.heading}
      data={{ 'data-running': running.value ? 'yes' : 'no' }}
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
              disabled={running.value}
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
      <div class="field-row wrap">
        {running.value ? (
          <button type="button" class="primary" data-testid="many-stop" onClick={many.stop}>
            {t.run.cancel}
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            data-testid="many-start"
            disabled={many.done.value === items.value.length}
            onClick={() => void many.start()}
          >
            {many.goesOn.value ? t.run.resume : t.many.start}
          </button>
        )}
        <button
          type="button"
          data-testid="many-save"
          disabled={many.done.value === 0}
          onClick={() => void many.saveAll()}
        >
          {t.many.saveAll}
        </button>
        {!running.value && items.value.length > 0 && (
          <button type="button" class="quiet" data-testid="many-clear" onClick={many.clear}>
            {t.many.clear}
          </button>
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
                {(item.state === 'painting' || (item.state === 'waiting' && item.share > 0)) && (
                  <progress max={1} value={item.share} aria-label={item.file.name} />
                )}
                {item.error && item.state === 'failed' && (
                  <span data-code={item.error.code}>{faultOf(item.error)}</span>
                )}
                {item.painted?.silent && <span>{t.many.silent}</span>}
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
    </Dialog>
  );
}
