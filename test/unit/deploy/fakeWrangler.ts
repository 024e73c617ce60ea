/** A wrangler that keeps an account in a file, writes down what it was asked, and fails where a test wants it to. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Wrangler, wranglerOf } from '../../../tools/deploy/wrangler';

export interface Account {
  loggedIn: boolean;
  databases: { name: string; uuid: string }[];
  buckets: string[];
  /** Base64 by bucket and key. */
  objects: Record<string, string>;
  /** The config that a migration or a deployment was given, as it was then. */
  configs: string[];
  /** Beginning of the command that fails, and what it says then. */
  failing: { readonly command: string; readonly message: string } | null;
  asked: string[];
}

const program = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const file = new URL('./account.json', import.meta.url);
const account = JSON.parse(readFileSync(file, 'utf8'));
const args = process.argv.slice(2);
const line = args.join(' ');
const after = (flag) => args[args.indexOf(flag) + 1];
account.asked.push(line);
let code = 0;
const fail = (message) => { console.error(message); code = 1; };
if (account.failing && line.startsWith(account.failing.command)) fail('\\u001b[31m✘ [ERROR]\\u001b[0m ' + account.failing.message);
else if (args[0] === 'whoami') { if (!account.loggedIn) code = 1; }
else if (line.startsWith('d1 list')) console.log(JSON.stringify(account.databases, null, 2));
else if (line.startsWith('d1 create')) account.databases.push({ name: args[2], uuid: 'uuid-of-' + args[2] });
else if (line === 'r2 bucket list') for (const name of account.buckets) console.log('name:           ' + name + '\\ncreation_date:  2026-01-01\\n');
else if (line.startsWith('r2 bucket create')) account.buckets.push(args[3]);
else if (line.startsWith('r2 object get')) {
  if (args[3] in account.objects) writeFileSync(after('--file'), Buffer.from(account.objects[args[3]], 'base64'));
  else fail('The specified key does not exist.');
} else if (line.startsWith('r2 object put')) account.objects[args[3]] = readFileSync(after('--file')).toString('base64');
else if (line.startsWith('d1 migrations apply') || args[0] === 'deploy') account.configs.push(readFileSync(after('--config'), 'utf8'));
else fail('unknown: ' + line);
writeFileSync(file, JSON.stringify(account));
process.exit(code);
`;

/** @param folder an empty one; wrangler runs in it. */
export function fakeWrangler(folder: string, given: Partial<Account> = {}) {
  const file = path.join(folder, 'account.json');
  const script = path.join(folder, 'wrangler.mjs');
  const read = (): Account => JSON.parse(readFileSync(file, 'utf8')) as Account;
  const change = (changes: Partial<Account>) => writeFileSync(file, JSON.stringify({ ...read(), ...changes }));
  const empty: Account = {
    loggedIn: true,
    databases: [],
    buckets: [],
    objects: {},
    configs: [],
    asked: [],
    failing: null,
  };
  writeFileSync(script, program);
  writeFileSync(file, JSON.stringify({ ...empty, ...given }));
  const wrangler: Wrangler = wranglerOf([process.execPath, script], folder);
  return { wrangler, read, change };
}
