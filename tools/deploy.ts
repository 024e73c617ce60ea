/** `npm run deploy`: check, build, and publish to the Cloudflare account that wrangler is logged in to. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root, tsx } from './setup/process.mjs';

const wrangler = path.join(root, 'node_modules/wrangler/bin/wrangler.js');

function run(args: readonly string[], output: 'inherit' | 'ignore' = 'inherit'): boolean {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['inherit', output, output],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  return status === 0;
}

function tool(file: string): boolean {
  return run([...tsx, path.join(root, file)]);
}

function isLoggedIn(): boolean {
  // With a token set, only the deployment itself can tell whether the token is good for it.
  return Boolean(process.env.CLOUDFLARE_API_TOKEN) || run([wrangler, 'whoami', '--json'], 'ignore');
}

if (!isLoggedIn()) {
  console.error(
    'Not logged in to Cloudflare. Run `npx wrangler login` once, or set CLOUDFLARE_API_TOKEN (and ' +
      'CLOUDFLARE_ACCOUNT_ID) where no browser can be opened. A free account is enough.',
  );
  process.exit(1);
}
if (!tool('tools/build.ts') || !tool('tools/check.ts')) {
  console.error('Nothing was deployed.');
  process.exit(1);
}
process.exit(run([wrangler, 'deploy']) ? 0 : 1);
