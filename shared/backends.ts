/** Where a run may compute, best first, and what was found out about it. */
export const backendNames = ['webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** Why a backend was passed over: not there, its self-test wrong, no answer in time, slower than the next, or it failed while it computed. */
export const rejections = ['noWebGpu', 'noAdapter', 'wrong', 'late', 'slow', 'failed'] as const;
export type Rejection = (typeof rejections)[number];

/** What the device phase found out; shown to the person. */
export interface DeviceReport {
  readonly backend: BackendName;
  /** GPU vendor and architecture, `WASM SIMD`, or `JavaScript`. */
  readonly description: string;
  /** Why each better backend was passed over, best first: `why` where it has a name, `reason` in English. */
  readonly rejected: readonly {
    readonly backend: BackendName;
    readonly why?: Rejection | undefined;
    readonly reason: string;
  }[];
}

/** A GPU played by the processor (SwiftShader, Mesa's lavapipe, Windows' basic renderer) is no GPU of the person's. */
export const isSoftware = ({ description }: Pick<DeviceReport, 'description'>): boolean =>
  /swiftshader|llvmpipe|lavapipe|basic render/i.test(description);
