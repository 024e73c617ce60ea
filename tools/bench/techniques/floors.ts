/** The least that a step of a technique must hold beside what it holds between steps, by arithmetic from shapes. */
import type { Layout } from '../../../web/engine/transformer/parameters';
import { layoutOf } from '../../../web/engine/transformer/parameters';
import { forwardFloor, passFloor } from '../style/floor';
import type { Size } from '../style/problem';
import type { Watch } from './forwardWatch';
import { type Opened, trainedNetwork } from './subjects';

/** Bytes, for float32. */
export function floorOf(name: string, { problem, transformer }: Opened, watch: Omit<Watch, 'stop'>): number {
  const [pass, painted] = [watch.last(), watch.painted()];
  if (painted) return paintingFloor(transformer.layout, painted);
  if (!pass) throw new Error(`${name} never asked its network.`);
  if (pass.purpose === 'features') return forwardFloor(problem, pass.taps, pass);
  const { savedBytes, temporaryBytes } = passFloor(problem, pass.taps, pass);
  const side = problem.content.width;
  const own = name === 'training' ? trainingBytes(layoutOf(trainedNetwork), { width: side, height: side }) : 0;
  return savedBytes + temporaryBytes + own;
}

/** Of every stage: how many values come in and go out, and are in between where a spline enlarges. */
function stageSizes({ stages }: Layout, { width, height }: Size) {
  let area = width * height;
  return stages.map(({ channels: [input, output], stride, up, residual }) => {
    const before = area * input;
    area = up === 'none' ? area / stride ** 2 : area * 4;
    return { before, after: area * output, enlarged: up === 'spline' ? area * input : 0, residual };
  });
}

/** A stage's output beside its input, and beside what a residual block keeps where that is another; a spline's beside what it smooths. */
function paintingFloor(layout: Layout, size: Size): number {
  let kept = 0;
  const each = stageSizes(layout, size).map(({ before, after, enlarged, residual }) => {
    if (residual === 'open') kept = before;
    return Math.max(before + after + (residual === 'close' ? kept : 0), 2 * enlarged);
  });
  return 4 * Math.max(...each);
}

/** What a training pass keeps of the network that learns: filters, and what every convolution took and gave. */
function trainingBytes(layout: Layout, size: Size): number {
  const sizes = stageSizes(layout, size);
  const values = sizes.reduce((sum, { before, after }) => sum + before + after, sizes.at(-1)?.after ?? 0);
  return 4 * (values + layout.size);
}
