/** What a visit loads, sorted by kind and counted as it is sent and as it would be sent compressed. */
import { weightPaths } from '../../../shared/manifest';
import { presetPaths } from '../../../shared/preset';

/** One answered request of the page or its worker. */
export interface Transfer {
  readonly path: string;
  /** Without parameters. */
  readonly contentType: string;
  /** Asked for before the person did anything. */
  readonly firstLoad: boolean;
  /** Head and body as they came over the wire from this edge (`encodedDataLength` of the DevTools protocol). */
  readonly sentBytes: number;
  /** The head alone. */
  readonly headBytes: number;
  /** The body before and after gzip. */
  readonly bodyBytes: number;
  readonly gzipBytes: number;
}

/** In the order of the table. */
const kinds = [
  'page',
  'styles',
  'scripts, first load',
  'scripts after a photo is there (engine)',
  'WASM',
  'weights',
  'preset',
  'thumbnails',
  'lists',
  'sample picture',
  'icons and other',
] as const;
type Kind = (typeof kinds)[number];

export function kindOf({ path, contentType, firstLoad }: Pick<Transfer, 'path' | 'contentType' | 'firstLoad'>): Kind {
  const under = (prefix: string) => path.startsWith(prefix);
  if (contentType === 'text/html') return 'page';
  if (contentType === 'text/css') return 'styles';
  if (/javascript/.test(contentType)) {
    return firstLoad ? 'scripts, first load' : 'scripts after a photo is there (engine)';
  }
  if (contentType === 'application/wasm') return 'WASM';
  if (under(folderOf(weightPaths.manifest('x')))) return 'weights';
  if (under(folderOf(presetPaths.file('x')))) return path.endsWith('.bin') ? 'preset' : 'thumbnails';
  if (under('/sample.')) return 'sample picture';
  return under('/api/') ? 'lists' : 'icons and other';
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** What Cloudflare compresses on its way out: text, scripts, JSON, SVG and WASM, but not octet streams and pictures. */
const isCompressed = (contentType: string): boolean =>
  /^text\/|javascript|json$|\+xml$|^application\/(wasm|xml)$/.test(contentType);

/** Head and body as a deployed edge sends them; what hardly shrinks is not compressed either. */
export function deployedBytes({ contentType, headBytes, bodyBytes, gzipBytes }: Transfer): number {
  return headBytes + (isCompressed(contentType) ? Math.min(bodyBytes, gzipBytes) : bodyBytes);
}

/** What these transfers come to, under a name. */
export function totalOf<Name extends string>(kind: Name, transfers: readonly Transfer[]) {
  const sum = (bytesOf: (transfer: Transfer) => number) =>
    transfers.reduce((total, transfer) => total + bytesOf(transfer), 0);
  return {
    kind,
    requests: transfers.length,
    bodyBytes: sum(({ bodyBytes }) => bodyBytes),
    sentBytes: sum(({ sentBytes }) => sentBytes),
    deployedBytes: sum(deployedBytes),
  };
}

/** Kinds that occurred, in their order. */
export const totals = (transfers: readonly Transfer[]) =>
  kinds
    .map((kind) =>
      totalOf(
        kind,
        transfers.filter((transfer) => kindOf(transfer) === kind),
      ),
    )
    .filter(({ requests }) => requests > 0);

/** Names that only code of the engine has: TensorFlow.js' kernels and ours, which no minifier may rename. */
export const hasEngineCode = (script: string): boolean => /FusedConv2D|ReverieConv2D/.test(script);
