/** The atlas of the embedded network: what is served of each layer's channels. */

/** Of a layer's sheet: feature pictures row by row, 64 pixels each. */
export const atlasColumns = 16;

export interface AtlasLayer {
  readonly layer: string;
  /** That places are of, and its long side when they were found. */
  readonly photo: string;
  readonly photoSize: number;
  readonly channels: readonly {
    /** Where the channel answers most, strongest first. */
    readonly places: readonly (readonly [x: number, y: number, side: number])[];
    /** With which it answers together most, and the cosine. */
    readonly partners: readonly (readonly [channel: number, cosine: number])[];
  }[];
}

export const atlasPaths = {
  page: (layer: string, channel?: number) => `/atlas/${layer}${channel === undefined ? '' : `/${channel}`}`,
  sheet: (layer: string) => `/channels/${layer}.webp`,
  facts: (layer: string) => `/channels/${layer}.json`,
} as const;
