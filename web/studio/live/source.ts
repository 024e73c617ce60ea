/** Moving pictures: a camera, or a video file, in one video element. */
import { ReverieError } from '../../../shared/errors';

export type Facing = 'user' | 'environment';

export interface Source {
  readonly video: HTMLVideoElement;
  /** Resolves when the camera was unplugged or taken away; a file never ends. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * @param wide pixels that the picture is best wide
 * @throws ReverieError `camera-refused`, `camera-missing`
 */
export async function openCamera(facing: Facing, wide = 1280): Promise<Source> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new ReverieError('camera-missing', 'This browser gives pages no camera here.');
  }
  const stream = await navigator.mediaDevices
    .getUserMedia({ audio: false, video: { facingMode: facing, width: { ideal: wide } } })
    .catch((cause: unknown) => {
      const refused = cause instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(cause.name);
      throw new ReverieError(
        refused ? 'camera-refused' : 'camera-missing',
        refused ? 'The camera was refused.' : 'There is no camera, or another program uses it.',
        { cause },
      );
    });
  const [track] = stream.getVideoTracks();
  const video = document.createElement('video');
  video.srcObject = stream;
  const ended = new Promise<void>((resolve) => track?.addEventListener('ended', () => resolve(), { once: true }));
  const close = () => {
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
  };
  await begin(video, close);
  return { video, ended, close };
}

/** Round and round. @throws ReverieError `image-unsupported` for what the browser cannot play. */
export async function openFile(file: Blob): Promise<Source> {
  const url = URL.createObjectURL(file);
  const video = document.createElement('video');
  video.loop = true;
  video.src = url;
  const close = () => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  await begin(video, close);
  return { video, ended: new Promise(() => {}), close };
}

async function begin(video: HTMLVideoElement, close: () => void): Promise<void> {
  video.muted = true;
  video.playsInline = true;
  try {
    await video.play();
    if (video.videoWidth === 0) throw new Error('no picture');
  } catch (cause) {
    close();
    throw new ReverieError('image-unsupported', 'This video cannot be played in this browser.', { cause });
  }
}
