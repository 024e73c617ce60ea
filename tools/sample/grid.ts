/** A height field on a regular grid, with the height of the shadow that the sun throws over it. */
import { clamp } from './noise';
import { sun } from './scene';

export interface Bounds {
  readonly x0: number;
  readonly z0: number;
  readonly x1: number;
  readonly z1: number;
}

export class Grid {
  readonly columns: number;
  readonly rows: number;
  readonly heights: Float32Array;
  readonly #shadows: Float32Array;

  constructor(
    readonly bounds: Bounds,
    readonly cell: number,
    height: (x: number, z: number) => number,
  ) {
    this.columns = Math.ceil((bounds.x1 - bounds.x0) / cell) + 1;
    this.rows = Math.ceil((bounds.z1 - bounds.z0) / cell) + 1;
    this.heights = new Float32Array(this.columns * this.rows);
    for (let j = 0, k = 0; j < this.rows; j++) {
      for (let i = 0; i < this.columns; i++) this.heights[k++] = height(bounds.x0 + i * cell, bounds.z0 + j * cell);
    }
    this.#shadows = this.#sweep();
  }

  /**
   * The shadow's upper edge over every cell: the higher of ground and shadow one step towards the sun, lowered by
   * the sun's slope. Cells are visited from the sun's side, so one pass is enough.
   */
  #sweep(): Float32Array {
    const { columns, rows, heights, cell } = this;
    const shadows = new Float32Array(columns * rows).fill(-1e6);
    // Steps of one column: the sun stands more to the side than to the front.
    const slope = sun.z / Math.abs(sun.x);
    const towards = sun.x < 0 ? -1 : 1;
    const drop = cell * Math.hypot(1, slope) * sun.tan;
    for (let n = 1; n < columns; n++) {
      const i = towards < 0 ? n : columns - 1 - n;
      for (let j = 0; j < rows; j++) {
        const source = clamp(j + slope, 0, rows - 1.001);
        const a = Math.floor(source);
        const t = source - a;
        const k = a * columns + i + towards;
        const upper = (index: number) => Math.max(heights[index] as number, shadows[index] as number);
        shadows[j * columns + i] = upper(k) * (1 - t) + upper(k + columns) * t - drop;
      }
    }
    return shadows;
  }

  #read(values: Float32Array, x: number, z: number): number {
    const u = clamp((x - this.bounds.x0) / this.cell, 0, this.columns - 1.001);
    const v = clamp((z - this.bounds.z0) / this.cell, 0, this.rows - 1.001);
    const i = Math.floor(u);
    const j = Math.floor(v);
    const fu = u - i;
    const fv = v - j;
    const k = j * this.columns + i;
    const a = (values[k] as number) * (1 - fu) + (values[k + 1] as number) * fu;
    const b = (values[k + this.columns] as number) * (1 - fu) + (values[k + this.columns + 1] as number) * fu;
    return a * (1 - fv) + b * fv;
  }

  height(x: number, z: number): number {
    return this.#read(this.heights, x, z);
  }

  /** How far a point lies under the shadow's edge: negative in the sun. */
  shade(x: number, y: number, z: number): number {
    return this.#read(this.#shadows, x, z) - y;
  }
}
