/** What `npm run deploy` brings to R2: the networks that were imported into `networks/`, a folder that git ignores. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Networks } from '../../deploy/deploy';
import type { Wrangler } from '../../deploy/wrangler';
import { assets } from '../../files';
import { root } from '../../setup/process.mjs';
import { remoteBucket } from './bucket';
import { publishManifest, uploadShards } from './upload';

/** Where manifests lie that the build puts among the assets. */
export const servedFolder = path.join(assets, 'weights');

export async function networksForR2(
  wrangler: Wrangler,
  folder = path.join(root, 'networks'),
  served = servedFolder,
): Promise<Networks> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const names = files.map((name) => path.basename(name, '.json'));
  return {
    names,
    publish: async () => {
      for (const file of files) await publishManifest(path.join(folder, file), served);
      return `listed ${names.join(', ')}`;
    },
    upload: async (name) => {
      const bucket = await remoteBucket(name, wrangler);
      let [put, skipped] = [0, 0];
      try {
        for (const file of files) {
          const uploaded = await uploadShards(path.join(folder, file), bucket);
          put += uploaded.put;
          skipped += uploaded.skipped;
        }
      } finally {
        await bucket.close();
      }
      return `${put} uploaded, ${skipped} there before`;
    },
  };
}
