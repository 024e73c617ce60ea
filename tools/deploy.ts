/** `npm run deploy`: everything that an account needs, then the Worker and its files. See worker/README.md. */
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { runProcess } from './commandLine';
import { deploy } from './deploy/deploy';
import { wranglerOf } from './deploy/wrangler';
import { exec, root, tsx } from './setup/process.mjs';
import { networksForR2 } from './weights/r2';

const tool = async (file: string) => (await exec(process.execPath, [...tsx, path.join(root, file)])) === 0;

await runProcess(
  new Command('deploy')
    .description(
      'Makes the database and the buckets where the account has none, uploads shards of the networks in networks/, applies the migrations, and publishes the Worker and its files. Asks nothing once everything is there.',
    )
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .action(async ({ dryRun }) => {
      const wrangler = wranglerOf();
      const deployed = await deploy({
        folder: root,
        wrangler,
        dryRun,
        say: console.error,
        build: async () => (await tool('tools/build.ts')) && tool('tools/check.ts'),
        networks: await networksForR2(wrangler),
        hasToken: Boolean(process.env.CLOUDFLARE_API_TOKEN),
      });
      if (!deployed) process.exitCode = 1;
    }),
);
