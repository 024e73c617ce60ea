/** Where the line of a comparison stands, and the photo that the painting is compared with. */
import { signal } from '@preact/signals';
import type { SharePicture } from '../../../../shared/share';
import { share } from './share';

export const photo: SharePicture | undefined = share.inputs.find(({ role }) => role === 'content')?.picture;

/** Percent of the width that shows what was before. */
export const comparison = signal(50);

export function setComparison(percent: number): void {
  comparison.value = Math.min(100, Math.max(0, percent));
}
