/** How far from the picture's border TensorFlow.js' wrong gradient of reflection padding reaches. */
import type { Node } from '../../../web/engine/network/layers';
import type { Shift } from '../../../web/engine/optimise/shift';

/** Pixels at each side. */
export interface Border {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Rows (or columns) at both ends that may be wrong in the gradient at the network's input. The stock gradient drops
 * what the border reflected, which belongs to the second row: every padded convolution starts with two wrong rows;
 * each passes on what it got, widened by its kernel, and each pooling multiplies it by its stride and adds, at the
 * far end, the rows that it left over.
 * @param length rows (or columns) of the network's input
 */
export function wrongRows(nodes: readonly Node[], deepestTap: string, length: number): { near: number; far: number } {
  const end = nodes.findIndex(({ tap }) => tap === deepestTap);
  const leftOver = new Map<Node, number>();
  let rows = length;
  for (const node of nodes) {
    if (node.layer.kind !== 'pool') continue;
    leftOver.set(node, rows % node.layer.stride);
    rows = Math.floor(rows / node.layer.stride);
  }
  return nodes.slice(0, end + 1).reduceRight(
    ({ near, far }, node) => {
      const { layer } = node;
      if (layer.kind === 'pool') {
        return { near: near * layer.stride, far: far * layer.stride + (leftOver.get(node) ?? 0) };
      }
      if (layer.kind !== 'conv' || layer.padding.mode !== 'reflect') return { near, far };
      const reach = layer.kernel[0] >> 1;
      return { near: Math.max(near + reach, 2), far: Math.max(far + reach, 2) };
    },
    { near: 0, far: 0 },
  );
}

/**
 * What may be wrong in the gradient at a picture that the network sees through a shift: mirrored rows take the
 * place of some that are wrong, but what they owe to the rows that they mirror is dropped as well.
 */
export function wrongBorder(
  nodes: readonly Node[],
  taps: readonly string[],
  size: { readonly width: number; readonly height: number },
  { top, left, extent }: Shift,
): Border {
  const side = (wrong: number, mirrored: number) => Math.max(wrong - mirrored, mirrored > 0 ? mirrored + 1 : 0);
  const along = (length: number, before: number) => {
    const wrong = taps.map((tap) => wrongRows(nodes, tap, length + extent));
    return {
      before: Math.max(...wrong.map(({ near }) => side(near, before))),
      after: Math.max(...wrong.map(({ far }) => side(far, extent - before))),
    };
  };
  const rows = along(size.height, top);
  const columns = along(size.width, left);
  return { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
}

export const noBorder: Border = { top: 0, bottom: 0, left: 0, right: 0 };

/** Largest difference over largest value, border left out; arrays are `[H, W, 3]`; NaN where nothing is left. */
export function interiorError(
  ours: Float32Array,
  theirs: Float32Array,
  size: { readonly width: number; readonly height: number },
  border: Border,
): number {
  let error = 0;
  let scale = 0;
  for (let y = border.top; y < size.height - border.bottom; y++) {
    const row = y * size.width;
    for (let i = (row + border.left) * 3; i < (row + size.width - border.right) * 3; i++) {
      const difference = Math.abs((ours[i] ?? Number.NaN) - (theirs[i] ?? Number.NaN));
      if (Number.isNaN(difference)) return Number.NaN;
      error = Math.max(error, difference);
      scale = Math.max(scale, Math.abs(ours[i] ?? 0));
    }
  }
  return scale > 0 ? error / scale : Number.NaN;
}
