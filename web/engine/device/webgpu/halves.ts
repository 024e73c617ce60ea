/** Which tensors are stored with half precision (half.ts), and the shader that reads and writes them in single. */
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** Of data, by its id. */
const halves = new WeakSet<object>();

export const isHalf = ({ dataId }: Pick<TensorInfo, 'dataId'>): boolean => halves.has(dataId);

export function markHalf({ dataId }: TensorInfo): void {
  halves.add(dataId);
}

/** `name[…]` as what it is in single precision. @param type four numbers or one */
function widened(source: string, name: string, type: string): string {
  let result = '';
  let from = 0;
  for (const { index, 0: opening } of source.matchAll(new RegExp(`\\b${name}\\[`, 'g'))) {
    let end = index + opening.length;
    for (let depth = 1; depth > 0; end++) depth += source[end] === '[' ? 1 : source[end] === ']' ? -1 : 0;
    result += `${source.slice(from, index)}${type}(${source.slice(index, end)})`;
    from = end;
  }
  return result + source.slice(from);
}

/** Beyond the largest number a half would be infinite. */
const narrowed = (source: string, name: string): string =>
  source.replace(
    new RegExp(`(\\b${name}\\[[^;]*?\\] = )([^;]+);`, 'g'),
    '$1vec4<f16>(clamp($2, vec4<f32>(-65504.0), vec4<f32>(65504.0)));',
  );

/** @param read inputs stored so, by name, and as what they are read @param written names of outputs, written by fours */
export const inSingle = (source: string, read: ReadonlyMap<string, string>, written: readonly string[]): string =>
  written.reduce(
    narrowed,
    [...read].reduce((text, [name, type]) => widened(text, name, type), source),
  );
