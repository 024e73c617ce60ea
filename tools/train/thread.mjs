// A worker thread does not inherit the loader that runs TypeScript: it is registered anew.
import { register } from 'tsx/esm/api';

register();
// @ts-expect-error TypeScript names its own files only when told to; tsx reads it.
await import('./thread.ts');
