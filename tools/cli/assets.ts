/** Where the checkout keeps what the edge serves: weights and presets. */
import { fileURLToPath } from 'node:url';

export const assets = fileURLToPath(new URL('../../web/public', import.meta.url));
