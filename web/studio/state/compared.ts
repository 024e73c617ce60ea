/** Photos that a view compares beside the one on the easel. They stay on this device. */
import { signal } from '@preact/signals';
import type { Pixels } from '../../engine/api';

/** Small already: hundreds of large ones would fill the memory. */
export const compared = signal<readonly Pixels[]>([]);
