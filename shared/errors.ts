/**
 * Every error code of Reverie, in one place. Client, edge, worker and command line share this union;
 * the studio maps a code to a sentence in the reader's language (`shared/words`).
 */
import type { Rejection } from './backends';
import { isObject } from './objects';

export const errorCodes = {
  // input images
  'image-not-an-image': { retryable: false, status: 415 },
  /** Moved, or not allowed. */
  'image-unreadable': { retryable: false, status: 422 },
  'image-unsupported': { retryable: false, status: 415 },
  'image-truncated': { retryable: false, status: 422 },
  'image-too-small': { retryable: false, status: 422 },
  'image-too-large': { retryable: false, status: 413 },
  /** Too long and narrow. */
  'image-too-long': { retryable: false, status: 422 },
  // recipes, presets, networks
  'recipe-invalid': { retryable: false, status: 400 },
  'recipe-version': { retryable: false, status: 400 },
  'preset-unknown': { retryable: false, status: 404 },
  'network-unknown': { retryable: false, status: 404 },
  'layer-unknown': { retryable: false, status: 400 },
  /** Of views: nothing in the photo makes the channel answer. */
  'channel-silent': { retryable: false, status: 422 },
  /** A way back through ReLUs, and the network has none. */
  'relu-missing': { retryable: false, status: 400 },
  'pictures-too-few': { retryable: false, status: 422 },
  /** A class, and the network is no classifier. */
  'classes-missing': { retryable: false, status: 400 },
  // weights
  'weights-invalid': { retryable: false, status: 422 },
  'weights-network': { retryable: true, status: 502 },
  'weights-integrity': { retryable: true, status: 502 },
  // training of fast-style networks
  'training-invalid': { retryable: false, status: 400 },
  'training-file-invalid': { retryable: false, status: 422 },
  /** Statistics of a style that no painting has. */
  'style-invalid': { retryable: false, status: 422 },
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

interface Size {
  readonly width: number;
  readonly height: number;
}
/** Where in a value from outside the fault is: `optimiser.stepSize`. */
interface Field {
  readonly path: string;
}
interface ComeBack {
  /** Seconds. */
  readonly retryAfter: number;
}

/** Why a video cannot be painted: no video, a codec that the browser does not read, none that it writes, damaged, without a picture. */
export type VideoFault = 'kind' | 'codec' | 'writer' | 'damaged' | 'empty';

/**
 * What an error carries beside its sentence, by code: programs and translations read it instead of the sentence. Codes that
 * are not here carry nothing; an error that does not know carries nothing either.
 */
export interface ErrorData {
  /** Length of the file: 0 says that it is empty. */
  'image-not-an-image': { readonly bytes: number };
  'image-unsupported': { readonly format: string; readonly video?: VideoFault };
  /** `needed` is the least side. */
  'image-too-small': Size & { readonly needed: number };
  /** In pixels, or in bytes. */
  'image-too-large': Size | { readonly bytes: number };
  'image-too-long': Size;
  'recipe-invalid': Field;
  'share-invalid': Field;
  'training-invalid': Field;
  'bad-request': Field;
  'preset-unknown': { readonly preset: string };
  'network-unknown': { readonly network: string };
  /** What could not be fetched: a network, or what a run needs of a painting. */
  'weights-network': { readonly network: string } | { readonly work: string };
  'layer-unknown': { readonly layer: string; readonly known: readonly string[] };
  /** `why` is one of `rejections` (backends.ts). */
  'backend-unavailable': { readonly why: Rejection };
  /** `fittingSize` is the largest size (long side, pixels) that fits, 0 when none does. */
  'out-of-memory': { readonly bytes: number; readonly budgetBytes: number; readonly fittingSize: number };
  'numeric-failure': { readonly step: number };
  'uploads-disabled': ComeBack;
  'rate-limited': ComeBack;
}

export type DataOf<C extends ErrorCode> = C extends keyof ErrorData ? ErrorData[C] : never;

/** The wire form: what the edge answers and what crosses the worker boundary. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data?: object | undefined;
}

export function isErrorRecord(value: unknown): value is ErrorRecord {
  if (!isObject(value) || typeof value.message !== 'string') return false;
  return Object.hasOwn(errorCodes, String(value.code)) && (value.data === undefined || isObject(value.data));
}

/**
 * An error that a person may see. `message` is plain English and says what to do next;
 * `code`, and what it carries as data, is what programs and translations go by.
 */
export class ReverieError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ReverieError';
  readonly data: DataOf<C> | undefined;

  constructor(
    readonly code: C,
    message: string,
    { data, ...options }: ErrorOptions & { readonly data?: DataOf<C> | undefined } = {},
  ) {
    super(message, options);
    this.data = data;
  }

  /** What an error of this code carries; undefined for another code, or when it does not know. */
  about<D extends keyof ErrorData>(code: D): ErrorData[D] | undefined {
    return (this.code as ErrorCode) === code ? (this.data as ErrorData[D] | undefined) : undefined;
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
    const { code, message, data } = this;
    return data === undefined ? { code, message } : { code, message, data };
  }

  static fromRecord({ code, message, data }: ErrorRecord): ReverieError {
    return new ReverieError(code, message, { data: data as DataOf<ErrorCode> });
  }

  /** What the edge answered, `{ error }`, or whatever a proxy says instead. */
  static fromAnswer(body: unknown, status: number): ReverieError {
    if (isObject(body) && isErrorRecord(body.error)) return ReverieError.fromRecord(body.error);
    return new ReverieError('network-failed', `The server answered ${status}.`);
  }

  /** Any thrown value as a ReverieError; what is not one already becomes `fallback`. */
  static from(cause: unknown, fallback: ErrorCode = 'internal'): ReverieError {
    if (cause instanceof ReverieError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    return new ReverieError(fallback, message, { cause });
  }
}

/** Codes that can name a field. */
export type FieldCode = { [C in keyof ErrorData]: ErrorData[C] extends Field ? C : never }[keyof ErrorData];

/**
 * A fault in one field of a value from outside: `Recipe field "size": …`.
 * @param what the value as a whole, e.g. `Recipe`
 * @param path null for a fault in all of it
 */
export function fieldError(code: FieldCode, what: string, path: string | null, problem: string): ReverieError {
  const data = path === null ? undefined : { path };
  return new ReverieError<FieldCode>(code, `${what} field "${path ?? `(whole ${what.toLowerCase()})`}": ${problem}`, {
    data,
  });
}
