/** The edge's entry: what Cloudflare calls for every path in `run_worker_first` and every path without a file. */
import { createApp } from './app';

export type { ApiType } from './api';

export default createApp();
