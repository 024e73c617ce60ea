// A worker thread does not inherit the loader that runs TypeScript: it is registered anew.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
