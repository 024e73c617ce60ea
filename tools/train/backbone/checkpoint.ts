/** A distillation as one run of bytes (packing.ts). */
import * as v from 'valibot';
import { headerOf, invalid, pack, unpack } from '../../../web/engine/train/packing';
import { backboneLayoutOf } from './layout';
import { parseBackboneOptions } from './schema';
import type { BackboneState } from './trainer';

const format = 'reverie-distillation/1';

const finite = v.pipe(v.number(), v.finite());
const headerSchema = v.strictObject({
  format: v.literal(format),
  options: v.unknown(),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  variances: v.array(finite),
  losses: v.array(v.array(finite)),
});

export function encodeDistillation(state: BackboneState): Uint8Array<ArrayBuffer> {
  const { options, step, variances, losses, values, first, second, average, firing } = state;
  return pack({ format, options, step, variances, losses }, [values, first, second, average, firing]);
}

/** @throws ReverieError `training-file-invalid` for anything that `encodeDistillation` did not write, or not all of it. */
export function decodeDistillation(bytes: Uint8Array): BackboneState {
  const { header, end } = headerOf(bytes);
  const parsed = v.safeParse(headerSchema, header);
  if (!parsed.success) throw invalid('it is not one');
  const { step, variances, losses } = parsed.output;
  const options = parseBackboneOptions(parsed.output.options);
  const { size, channels, heads } = backboneLayoutOf(options);
  if (variances.length !== heads.length) throw invalid('it is not whole');
  const [values, first, second, average, firing] = unpack(bytes, end, [size, size, size, size, channels]);
  if (!values || !first || !second || !average || !firing) throw invalid('it is not whole');
  return { options, step, variances, losses, values, first, second, average, firing };
}
