/** What the readers of pictures have in common. */
import { ReverieError } from '../../../shared/errors';
import type { ShareType } from '../../../shared/share';

export interface Sniffed {
  readonly type: ShareType;
  readonly width: number;
  readonly height: number;
}

/** A picture whose every byte outside of its pixels is accounted for. */
export interface Parsed extends Sniffed {
  readonly pixels: {
    /** Coded pixels, as they lie in the file. */
    readonly parts: readonly Uint8Array[];
    /** By zlib, as codes of bits. */
    readonly isPacked: boolean;
    /** Whether they are what the header says, where that can be told. @throws ReverieError */
    readonly check?: () => void | Promise<void>;
  };
}

export const refuse = (why: string): ReverieError =>
  new ReverieError(
    'share-picture-refused',
    `A picture was refused: ${why}. Send a plain JPEG, PNG or WebP without metadata.`,
  );
