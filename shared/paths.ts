/** Addresses that the edge and whoever asks it agree on. Apart from the schemas: pages that check nothing import this. */

/** Where the edge serves things. Shards are immutable: the name is the content. */
export const weightPaths = {
  /** Every manifest the server has: `{ networks: WeightsManifest[] }`. */
  index: '/api/networks',
  manifest: (id: string) => `/weights/${id}.json`,
  shard: (sha256: string, store: 'assets' | 'r2' = 'assets') =>
    store === 'r2' ? `/w/${sha256}.bin` : `/weights/${sha256}.bin`,
} as const;

export const presetPaths = {
  index: '/api/presets',
  file: (name: string) => `/presets/${name}`,
  blob: (sha256: string) => `/presets/${sha256}.bin`,
} as const;
