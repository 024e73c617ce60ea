/** What can be wrong with a picture, with the numbers a translated message needs. */
import { type ErrorCode, ReverieError } from '../../../shared/errors';
import type { ForeignFormat } from './sniff';

export type ImageFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-an-image' }
  | { readonly kind: 'unsupported'; readonly format: ForeignFormat }
  | { readonly kind: 'heic-failed' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'too-many-bytes'; readonly bytes: number }
  | { readonly kind: 'too-small' | 'too-many-pixels' | 'too-long'; readonly width: number; readonly height: number };

const codes: Record<ImageFault['kind'], ErrorCode> = {
  empty: 'image-not-an-image',
  'not-an-image': 'image-not-an-image',
  unsupported: 'image-unsupported',
  'heic-failed': 'image-unsupported',
  truncated: 'image-truncated',
  'too-many-bytes': 'image-too-large',
  'too-small': 'image-too-small',
  'too-many-pixels': 'image-too-large',
  'too-long': 'image-too-large',
};

/** `message` stays plain English for logs; the page speaks from `fault`. */
export class ImageError extends ReverieError {
  constructor(
    readonly fault: ImageFault,
    options?: ErrorOptions,
  ) {
    const numbers = Object.entries(fault)
      .filter(([key]) => key !== 'kind')
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
    super(codes[fault.kind], `Picture refused: ${fault.kind}${numbers ? ` (${numbers})` : ''}.`, options);
  }
}
