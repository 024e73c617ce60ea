/** A photo taken here: the camera's picture with thirds over it, the other camera, once more, or hung. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ReverieError } from '../../../shared/errors';
import { addressOf } from '../../page/parts/blobAddress';
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { describeError } from '../../page/words/describe';
import { type Facing, openCamera, type Source } from '../live/source';
import { hangPhoto } from '../state/actions';
import { dictionary } from '../state/language';
import { cameraOpen } from '../state/view';
import { Dialog } from './Dialog';

/** Asked for; a camera gives what it has. */
const wide = 2560;

export default function CameraDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const source = useSignal<Source | null>(null);
  const facing = useSignal<Facing>('environment');
  const taken = useSignal<Blob | null>(null);
  const trouble = useSignal<ReverieError | null>(null);
  /** Another camera, or the same once more. */
  const wanted = useSignal(0);
  useEffect(() => {
    let left = false;
    let opened: Source | undefined;
    const open = async () => {
      try {
        opened = await openCamera(facing.value, wide);
        if (left) return opened.close();
        place.current?.replaceChildren(opened.video);
        source.value = opened;
        await opened.ended;
        throw new ReverieError('camera-missing', 'The camera was unplugged or taken away.');
      } catch (cause) {
        if (!left) trouble.value = ReverieError.from(cause);
      }
    };
    trouble.value = null;
    void open();
    return () => {
      left = true;
      source.value = null;
      opened?.close();
    };
  }, [facing.value, wanted.value]);
  const shoot = async () => {
    const { video } = source.value ?? {};
    if (!video) return;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    taken.value = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  };
  const hang = (photo: Blob, name = t.camera.name) => {
    dialog.current?.close();
    void hangPhoto(photo, name);
  };
  const photo = taken.value;
  return (
    <Dialog
      name="camera"
      testId="camera-dialog"
      class="camera-dialog"
      heading={t.photo.take}
      dialog={dialog}
      data={{ 'data-running': source.value !== null }}
      onClose={() => {
        cameraOpen.value = false;
      }}
    >
      {trouble.value ? (
        <>
          <p role="alert" data-testid="camera-error" data-code={trouble.value.code}>
            {describeError(trouble.value, t)}
          </p>
          <div class="field-row wrap">
            <button type="button" class="primary" data-testid="camera-again" onClick={() => wanted.value++}>
              {t.run.retry}
            </button>
            <FileButton testId="camera-input" camera onFile={(file) => hang(file, file.name)}>
              {t.camera.otherwise}
            </FileButton>
          </div>
        </>
      ) : (
        <>
          <div class="camera-view" data-mirrored={facing.value === 'user'} hidden={photo !== null}>
            <div ref={place} role="img" aria-label={t.camera.view} />
          </div>
          {photo && <img class="camera-photo" src={addressOf(photo)} alt={t.camera.name} data-testid="camera-photo" />}
          <div class="field-row">
            {photo ? (
              <>
                <button type="button" class="wide" data-testid="camera-retake" onClick={() => (taken.value = null)}>
                  {t.camera.retake}
                </button>
                <button type="button" class="primary wide" data-testid="camera-use" onClick={() => hang(photo)}>
                  {t.camera.use}
                </button>
              </>
            ) : (
              <>
                <button
                  type="button"
                  class="wide"
                  data-testid="camera-flip"
                  onClick={() => {
                    facing.value = facing.value === 'user' ? 'environment' : 'user';
                  }}
                >
                  {t.live.flip}
                </button>
                <button
                  type="button"
                  class="primary wide"
                  data-testid="camera-shoot"
                  disabled={source.value === null}
                  onClick={() => void shoot()}
                >
                  <Icon name="camera" />
                  {t.camera.shoot}
                </button>
              </>
            )}
          </div>
          <p class="help">{t.live.privacy}</p>
        </>
      )}
    </Dialog>
  );
}
