/** Where a run may compute, best first, and what was found out about it. */
export const backendNames = ['webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** What the device phase found out; shown to the person. */
export interface DeviceReport {
  readonly backend: BackendName;
  /** GPU vendor and architecture, `WASM SIMD`, or `JavaScript`. */
  readonly description: string;
  /** Why each better backend was passed over, best first: `{ backend: 'webgpu', reason: 'no adapter' }`. */
  readonly rejected: readonly { readonly backend: BackendName; readonly reason: string }[];
}
