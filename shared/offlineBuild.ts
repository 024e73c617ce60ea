/** What the site's build tells the service worker and where the two meet. Written by tools/build/offline.ts. */

/** Of one build: everything in it is named by content, except for the page itself and a few small files. */
export interface OfflineBuild {
  /** Changes with any file of the lists. */
  readonly id: string;
  /** Paths of what the page needs to open and to be operated. */
  readonly shell: readonly string[];
  /** Paths of what computes; kept once somebody hangs a photo, as it is then loaded anyway. */
  readonly engine: readonly string[];
  /** Told with the build: the worker is one file that imports nothing. */
  readonly shared: typeof sharedFile;
}

/** Name of the global that the build sets at the head of the worker's file. */
export const buildGlobal = 'reverieBuild';
export const workerFile = 'service-worker.js';

/** What the page says to the worker. */
export type OfflineMessage = 'keep-engine' | 'take-over';

/** A file that another app shared to the installed one: where the manifest lets it be posted, and where the worker lays it down for the page. */
export const sharedFile = {
  path: '/shared-photo',
  field: 'photo',
  cache: 'reverie-seen',
  /** Its name, percent-encoded. */
  nameHeader: 'X-File-Name',
} as const;
