/** `npm run deploy`: everything that an account needs, then the Worker and its files. See worker/README.md. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { deploy } from './deploy/deploy';
import { wranglerOf } from './deploy/wrangler';
import { exec, root, tsx } from './setup/process.mjs';
import { networksForR2 } from './weights/r2/networks';

const usage = `Usage: npm run deploy [-- --dry-run]

Makes the database and the buckets where the account has none, uploads shards of the networks in networks/, applies the
migrations, and publishes the Worker and its files. Asks nothing once everything is there.

  --dry-run   say what would be done, and do nothing`;

const tool = async (file: string) => (await exec(process.execPath, [...tsx, path.join(root, file)])) === 0;

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  console.log(usage);
} else {
  const wrangler = wranglerOf();
  const deployed = await deploy({
    folder: root,
    wrangler,
    build: async () => (await tool('tools/build.ts')) && tool('tools/check.ts'),
    networks: await networksForR2(wrangler),
    dryRun: values['dry-run'] ?? false,
    hasToken: Boolean(process.env.CLOUDFLARE_API_TOKEN),
    say: console.error,
  });
  process.exitCode = deployed ? 0 : 1;
}
