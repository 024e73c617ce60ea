/** Every limit of Reverie, in one place, with its unit in the name or beside it. */
export const limits = {
  image: {
    /** Shorter side below this is refused: the deepest tap of a VGG would see less than one cell. */
    minSide: 16,
    /** Longest side that is decoded at all; browsers fail or crash above it. */
    maxSide: 16_384,
    /** Pixels that are decoded at all (a 100-megapixel photo is 400 MB of RGBA). */
    maxPixels: 100_000_000,
    /** Longer side over shorter side above this is refused: nothing sensible is left after scaling. */
    maxAspect: 16,
    /** File bytes. */
    maxBytes: 64 * 1024 * 1024,
  },
  run: {
    /** Long side of the result, pixels. */
    minSize: 64,
    maxSize: 2048,
    maxSteps: 5_000,
    maxStyles: 8,
    maxLayers: 32,
    /** Of a texture's sample, pixels. */
    minSampleSide: 32,
    /** Of a dream's zoom film. */
    maxFrames: 300,
    seed: { min: 0, max: 0xffff_ffff },
    /**
     * The same recipe on two kinds of devices: their pictures are less than this apart, mean absolute difference in levels
     * of 255. On one kind they are the same, bit for bit (WASM, CPU). Measured in test/unit/host/reproduce.test.ts.
     */
    backendTolerance: 1,
    /** A state to go on from is kept at most this often, milliseconds, and takes at most this share of the time. */
    keepIntervalMs: 3_000,
    keepShare: 0.05,
  },
  /** Of a run's record. */
  record: {
    /** Characters of a device's description, or of an error. */
    maxText: 4_000,
    maxLosses: 200_000,
    maxTroubles: 16,
  },
  /** Of views that compare photos. */
  see: { maxPhotos: 2000 },
  /** Of what is painted in bands. */
  print: {
    maxSide: 8192,
    minDpi: 72,
    maxDpi: 600,
  },
  dream: {
    /** Side of a tile, pixels. */
    minTile: 128,
  },
  /** Frames per second: WebP and GIF tell milliseconds and hundredths, and players slow down what is shorter than 20 ms. */
  film: { minFps: 0.1, maxFps: 50 },
  /** Of a fast-style network. */
  fast: {
    maxWidth: 64,
    maxBlocks: 16,
    maxStyles: 64,
    /** Of RGB in 0..1. */
    maxNoise: 0.5,
    /** Side of a tile, pixels: less would be mostly surroundings. */
    minTile: 256,
  },
  /** What a browser keeps of results: the oldest that were given no name go first. */
  history: { maxResults: 80, maxBytes: 200 * 1024 * 1024 },

  /** Of the training of a network that paints in one pass, and of one style of it. */
  train: {
    maxSteps: 1_000_000,
    maxBatch: 64,
    /** Side of the squares that it sees, pixels: the deepest tap needs a few cells. */
    minCrop: 64,
    maxCrop: 512,
    /** Of a style as a file, bytes: all filters of a network twice as wide as ours fit. */
    maxStyleFileBytes: 4 * 1024 * 1024,
    maxHeaderBytes: 4 * 1024,
    maxThumbnailBytes: 64 * 1024,
    /** Of its name, characters. */
    maxNameLength: 60,
  },
  /** Settings that a person keeps under a name. */
  settings: { max: 100, maxNameLength: 60 },
  /** Paintings of somebody's own, kept in their browser. */
  paintings: {
    max: 60,
    /** Long side of what is kept of each, pixels: as large as any stroke is looked at. */
    pictureSide: 1024,
    thumbnailSide: 256,
    /** At which one of them was measured. */
    maxSizes: 8,
  },
  /** Of the training of a perceptual network. */
  backbone: {
    minCrop: 16,
    maxTeachers: 8,
    /** That are drawn towards teachers, in all. */
    maxTaps: 32,
  },
  weights: {
    /** A shard's bytes; IndexedDB on Safari and the edge's asset limit both like it small. */
    maxShardBytes: 4 * 1024 * 1024,
    maxShards: 256,
    fetchAttempts: 3,
    /** No byte for this long means a dead connection, milliseconds. */
    stallMs: 20_000,
    /** A browser's storage that does not answer for this long is given up for the session, milliseconds. */
    storageTimeoutMs: 5_000,
    /** Bytes of a file that the importer reads; Node reads no larger file at once. */
    maxImportBytes: 2 * 1024 * 1024 * 1024 - 1,
  },
  worker: {
    readyTimeoutMs: 30_000,
    /** A run that does not answer a cancel within this time is terminated, milliseconds. */
    cancelGraceMs: 5_000,
    /** An idle worker is stopped after this time, milliseconds. */
    idleMs: 5 * 60_000,
    maxQueue: 4,
    /** Previews at most this often, milliseconds: three a second, the flashing bound of WCAG 2.3.1. */
    previewIntervalMs: 340,
  },
  share: {
    /** Characters. */
    maxTitle: 80,
    maxNote: 500,
    /** Of the JSON part: the statistics of three styles of one’s own fit. */
    maxRecordBytes: 32 * 1024,
    /** Of a result or an input. */
    maxPictureBytes: 2 * 1024 * 1024,
    maxCardBytes: 300 * 1024,
    maxFilmBytes: 300 * 1024,
    maxFrames: 24,
    maxInputs: 8,
    /** Of a whole upload, parts and their headers. */
    maxUploadBytes: 12 * 1024 * 1024,
    maxSide: 4096,
    maxPixels: 16_000_000,
    /** Reports after which a share is shown only to whoever asks twice. */
    reportsToCover: 3,
    /** Uploads a day from one network (an IPv4 /24 or an IPv6 /48), refused ones too, besides the limits per minute in wrangler.toml. */
    dailyUploads: 60,
    /** Those of all networks of one party (an IPv4 /16 or an IPv6 /32). */
    dailyUploadsOfParty: 240,
    /** Shares a day from everybody together: what an operator is ready to pay for (worker/GROWTH.md). */
    dailyUploadsOfAll: 5_000,
    /** The fuller the day is, the less is left for each: from this part of everybody's quota on, so much of one's own. */
    dailyShares: [
      { from: 0.8, share: 1 / 30 },
      { from: 0.5, share: 1 / 6 },
    ],
    /** Scans of a progressive JPEG; encoders write about ten, and a thousand keep a decoder busy for minutes. */
    maxJpegScans: 40,
    /** A picture that no share counts is swept once it is this old: an upload under way may still need it. */
    orphanMinutes: 60,
    /** So long after its end a share's row is kept, so that its page can say that it is gone. */
    tombstoneDays: 30,
    /** So long deletions are remembered outside of the database: the longest term, and the oldest backup of it. */
    logDays: 130,
    /** A sweep that has not run for so long is overdue. */
    sweepMinutes: 60,
    /** So long an isolate of the edge may go on showing what another one has just deleted or covered, milliseconds. */
    recentMs: 5_000,
    /** Of records, of pictures' states, and of rendered pages (20 KB each): so many an isolate keeps at hand. */
    recentKept: 200,
  },
  device: {
    /** So often a run whose device failed goes on, with smaller tiles or on another device. */
    maxRecoveries: 6,
    /** A backend that has not started by then is passed over, milliseconds. */
    openTimeoutMs: 20_000,
    /** Compiling the shaders is most of it, and takes seconds on a slow machine. */
    selfTestTimeoutMs: 20_000,
    /** WebGPU that needs no longer for 0.3 billion multiplications and additions is taken unasked, milliseconds; else WASM is timed too. */
    quickMs: 4,
    /** So long such a measurement holds. */
    speedDays: 30,
    /** Peak bytes of a run. */
    budget: {
      mobileBytes: 300 * 1024 * 1024,
      wasmBytes: 1024 * 1024 * 1024,
      cpuBytes: 512 * 1024 * 1024,
      /** Between these by the adapter's largest buffer. */
      webgpuMinBytes: 512 * 1024 * 1024,
      webgpuMaxBytes: 2048 * 1024 * 1024,
    },
    /** Of the WASM kernels. */
    threads: {
      most: 8,
      /** A phone has as many fast cores at most, and gets hot. */
      mostMobile: 4,
      /** One that has had nothing to do for so long ends, milliseconds. */
      idleMs: 5_000,
      /** One that holds the others up for so long is taken for dead, milliseconds: a slice takes hundredths of a second. */
      patienceMs: 10_000,
      /** Pages of 64 KiB that a shared heap may grow to: their addresses are taken at once, of which phones have few. */
      heapPages: { mobile: 8_192, other: 32_768 },
    },
  },
} as const;
