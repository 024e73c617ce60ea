/** Whether the camera's view is open. What it does is in `live/`, which comes with it. */
import { signal } from '@preact/signals';

export const liveOpen = signal(false);

export const openLive = () => {
  liveOpen.value = true;
};
