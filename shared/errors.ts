/**
 * Every error code of Reverie, in one place. Client, edge, worker and command line share this union;
 * the studio maps a code to a sentence in the reader's language (`shared/words`).
 */
export const errorCodes = {
  // input images
  'image-not-an-image': { retryable: false, status: 415 },
  'image-unsupported': { retryable: false, status: 415 },
  'image-truncated': { retryable: false, status: 422 },
  'image-too-small': { retryable: false, status: 422 },
  'image-too-large': { retryable: false, status: 413 },
  // recipes, presets, networks
  'recipe-invalid': { retryable: false, status: 400 },
  'recipe-version': { retryable: false, status: 400 },
  'preset-unknown': { retryable: false, status: 404 },
  'network-unknown': { retryable: false, status: 404 },
  'layer-unknown': { retryable: false, status: 400 },
  // weights
  'weights-invalid': { retryable: false, status: 422 },
  'weights-network': { retryable: true, status: 502 },
  'weights-integrity': { retryable: true, status: 502 },
  // training of fast-style networks
  'training-invalid': { retryable: false, status: 400 },
  'training-file-invalid': { retryable: false, status: 422 },
  /** Statistics of a style that no painting has. */
  'style-invalid': { retryable: false, status: 422 },
  'training-photos': { retryable: true, status: 502 },
  // live pictures
  'camera-refused': { retryable: true, status: 403 },
  'camera-missing': { retryable: true, status: 404 },
  // compute
  'backend-unavailable': { retryable: false, status: 500 },
  'device-lost': { retryable: true, status: 500 },
  'out-of-memory': { retryable: true, status: 500 },
  'numeric-failure': { retryable: true, status: 500 },
  // the run and the worker that carries it
  aborted: { retryable: true, status: 499 },
  'worker-died': { retryable: true, status: 500 },
  'worker-timeout': { retryable: true, status: 504 },
  busy: { retryable: true, status: 429 },
  // shares
  'share-invalid': { retryable: false, status: 400 },
  'share-too-large': { retryable: false, status: 413 },
  'share-picture-refused': { retryable: false, status: 415 },
  'share-hash-mismatch': { retryable: true, status: 422 },
  'share-key-wrong': { retryable: false, status: 403 },
  'uploads-disabled': { retryable: true, status: 503 },
  'rate-limited': { retryable: true, status: 429 },
  'origin-refused': { retryable: false, status: 403 },
  /** A request that never got an answer. */
  'network-failed': { retryable: true, status: 502 },
  gone: { retryable: false, status: 410 },
  unavailable: { retryable: true, status: 503 },
  // edge
  'not-found': { retryable: false, status: 404 },
  'method-not-allowed': { retryable: false, status: 405 },
  'bad-request': { retryable: false, status: 400 },
  // command line
  usage: { retryable: false, status: 400 },
  internal: { retryable: true, status: 500 },
} as const satisfies Record<string, { retryable: boolean; status: number }>;

export type ErrorCode = keyof typeof errorCodes;

/** The wire form: what the edge answers and what crosses the worker boundary. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * An error that a person may see. `message` is plain English and says what to do next;
 * `code` is what programs and translations go by.
 */
export class ReverieError extends Error {
  override readonly name = 'ReverieError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** True when the same call may succeed if it is simply made again. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** The HTTP status the edge answers with. */
  get status(): number {
    return errorCodes[this.code].status;
  }

  toRecord(): ErrorRecord {
    return { code: this.code, message: this.message };
  }

  static fromRecord({ code, message }: ErrorRecord): ReverieError {
    return new ReverieError(code, message);
  }

  /** Any thrown value as a ReverieError; what is not one already becomes `fallback`. */
  static from(cause: unknown, fallback: ErrorCode = 'internal'): ReverieError {
    if (cause instanceof ReverieError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    return new ReverieError(fallback, message, { cause });
  }
}
