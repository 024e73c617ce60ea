/** What the readers of picture headers have in common. */
import { ReverieError } from '../../shared/errors';
import type { ShareType } from '../../shared/share';

export interface Sniffed {
  readonly type: ShareType;
  readonly width: number;
  readonly height: number;
}

export const refuse = (why: string): ReverieError =>
  new ReverieError(
    'share-picture-refused',
    `A picture was refused: ${why}. Send a plain JPEG, PNG or WebP without metadata.`,
  );
