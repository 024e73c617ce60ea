/**
 * What an architecture is by arithmetic on its declaration: how far apart a tap's positions lie in the picture, which
 * pixels each of them depends on (its receptive field), and how many parameters there are. Needs no weights.
 */
import { ReverieError } from '../../../shared/errors';
import { type Architecture, type Layer, nodeOfTap, parameterShapes } from './layers';
import { given } from './operator';

/** One axis of a node: the pixels from `from` to `to` are those of its first position, `stride` further those of the next. */
interface Reach {
  readonly from: number;
  readonly to: number;
  readonly stride: number;
}

interface Extent {
  readonly channels: number;
  readonly rows: Reach;
  readonly columns: Reach;
}

export interface TapGeometry {
  readonly tap: string;
  readonly channels: number;
  /** Pixels of the picture from one position to the next. */
  readonly stride: number;
  /** Where in the picture the first position is centred, pixels; halves lie between two. */
  readonly centre: readonly [vertical: number, horizontal: number];
  /** Pixels that one position depends on, where no border is near. */
  readonly receptiveField: readonly [height: number, width: number];
}

const pixel: Reach = { from: 0, to: 0, stride: 1 };

/** Of every tap, shallow to deep. */
export function geometryOf({ nodes }: Architecture): TapGeometry[] {
  const extents = new Map<string, Extent>([['input', { channels: 3, rows: pixel, columns: pixel }]]);
  return nodes.flatMap(({ name, tap, from, layer }): TapGeometry[] => {
    const inputs = from.map((source) => extents.get(source)).filter((extent) => extent !== undefined);
    const extent = through(layer, inputs);
    extents.set(name, extent);
    const { channels, rows, columns } = extent;
    if (tap === undefined) return [];
    return [
      {
        tap,
        channels,
        stride: rows.stride,
        centre: [centreOf(rows), centreOf(columns)],
        receptiveField: [lengthOf(rows), lengthOf(columns)],
      },
    ];
  });
}

/** @throws ReverieError `layer-unknown` */
export function tapGeometryOf(architecture: Architecture, tap: string): TapGeometry {
  nodeOfTap(architecture, tap);
  return given(geometryOf(architecture).find((geometry) => geometry.tap === tap));
}

/** Numbers that the layers need; metrics, which a file may go without, not counted. */
export function parameterCount(architecture: Architecture): number {
  return parameterShapes(architecture)
    .filter(({ optional }) => !optional)
    .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
}

const lengthOf = ({ from, to }: Reach) => to - from + 1;
const centreOf = ({ from, to }: Reach) => (from + to) / 2;

function through(layer: Layer, inputs: readonly Extent[]): Extent {
  const [first] = inputs;
  if (!first) throw new ReverieError('internal', `A ${layer.kind} layer needs an input.`);
  switch (layer.kind) {
    case 'conv': {
      const { kernel, stride, padding } = layer;
      return {
        channels: layer.channels[1],
        rows: windowed(first.rows, kernel[0], stride, padding.top),
        columns: windowed(first.columns, kernel[1], stride, padding.left),
      };
    }
    case 'pool': {
      const { size, stride, padding = 0 } = layer;
      return {
        channels: first.channels,
        rows: windowed(first.rows, size, stride, padding),
        columns: windowed(first.columns, size, stride, padding),
      };
    }
    case 'concat':
      return {
        channels: inputs.reduce((sum, { channels }) => sum + channels, 0),
        rows: inputs.map(({ rows }) => rows).reduce(joined),
        columns: inputs.map(({ columns }) => columns).reduce(joined),
      };
    case 'normalise':
      return first;
  }
}

/** A window of `size` positions, the first of them `before` positions ahead of the input's first. */
const windowed = ({ from, to, stride }: Reach, size: number, step: number, before: number): Reach => ({
  from: from - before * stride,
  to: to + (size - 1 - before) * stride,
  stride: stride * step,
});

const joined = (a: Reach, b: Reach): Reach => ({
  from: Math.min(a.from, b.from),
  to: Math.max(a.to, b.to),
  stride: a.stride,
});
