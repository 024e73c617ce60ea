/** One import from start to end; `index.ts` puts a command line around it, tests call it directly. */
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { idSchema, type WeightDtype } from '../../shared/manifest';
import { architectureOf, parameterShapes } from '../../web/engine/network/architectures';
import { type ConvertedNetwork, convert } from './convert';
import { parseSafetensors } from './safetensors';
import { describeSource, readSource, type SourceOptions } from './source';
import { inOurNames } from './torchvision';
import { type Written, writeNetwork } from './write';

export interface ImportOptions extends SourceOptions {
  /** A safetensors file or URL. */
  readonly from: string;
  /** Key into the engine's architectures. */
  readonly architecture: string;
  readonly dtype: WeightDtype;
  readonly out: string;
  /** Network id; the architecture's name unless given. */
  readonly id?: string | undefined;
  /** Both from the file's metadata unless given. */
  readonly license?: string | undefined;
  readonly source?: string | undefined;
}

export interface ImportResult extends ConvertedNetwork {
  readonly written: Written;
}

/** @throws ReverieError; whatever it throws, `out` is as it was. */
export async function importWeights(options: ImportOptions): Promise<ImportResult> {
  const { from, architecture, dtype, out, id = architecture, signal } = options;
  const needed = parameterShapes(architectureOf(architecture));
  // The edge's list of all networks lies at `index.json`, among the manifests.
  if (!v.is(idSchema, id) || id === 'index') {
    throw new ReverieError(
      'usage',
      `--id ${id} cannot be a network's id: use lower-case letters, digits, "-", "_", ".".`,
    );
  }
  const file = inOurNames(parseSafetensors(await readSource(from, options)), architectureOf(architecture));
  const converted = await convert(file, {
    id,
    architecture,
    needed,
    dtype,
    license: options.license ?? file.metadata.license ?? 'unknown',
    source: options.source ?? file.metadata.source ?? describeSource(from),
    ...(signal && { signal }),
  });
  return { ...converted, written: await writeNetwork(out, converted.manifest, converted.shards, signal) };
}
