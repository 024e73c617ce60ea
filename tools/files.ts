/** Where the checkout keeps what the edge serves, and what files are known by. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { root } from './setup/process.mjs';

/** What the edge's static files are built from. */
export const assets = path.join(root, 'web/public');

/** Manifest of a network that the edge serves. */
export const manifestOf = (network: string): string => path.join(assets, 'weights', `${network}.json`);

/** 64 lower-case hex digits; `sha256Hex` (shared/hash.ts) for where nothing can be waited for. */
export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
