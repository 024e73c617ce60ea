/** The edge's entry: what Cloudflare calls for every path in `run_worker_first` and every path without a file. */
import { createApp } from './app';

import { sweep } from './shares/sweep';

export type { ApiType } from './api';

const app = createApp();

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => sweep(env),
} satisfies ExportedHandler<Env>;
