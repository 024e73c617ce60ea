/** A deployment over a wrangler of its own: what it asks in which order, what it makes, and where it stops. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployConfig } from '../../../tools/deploy/config';
import { type DeployOptions, deploy } from '../../../tools/deploy/deploy';
import { root } from '../../../tools/setup/process.mjs';
import { type Account, fakeWrangler } from './fakeWrangler';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reverie-deploy-'));
  copyFileSync(path.join(root, 'wrangler.toml'), path.join(folder, 'wrangler.toml'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noNetworks = { names: [], publish: async () => '', upload: async () => '' };
const storage = {
  databases: [{ name: 'reverie', uuid: 'uuid-of-reverie' }],
  buckets: ['reverie-media', 'reverie-log', 'reverie-weights'],
};

function prepare(account: Partial<Account> = {}, options: Partial<DeployOptions> = {}) {
  const { wrangler, read, change } = fakeWrangler(folder, account);
  const run = (more: Partial<DeployOptions> = {}) =>
    deploy({
      folder,
      networks: noNetworks,
      dryRun: false,
      hasToken: false,
      build: async () => true,
      // The fake's answers are of no interest to whoever runs the tests.
      wrangler: (args) => wrangler(args),
      say: (line) => void said.push(line),
      ...options,
      ...more,
    });
  return { run, read, change };
}
const text = () => said.join('\n');
const commands = ({ asked }: Account) => asked.map((line) => line.replace(/ --(config|update-config).*/, ''));

describe('a deployment', () => {
  it('should make what an empty account lacks, then migrate, then publish', async () => {
    const { run, read } = prepare();
    expect(await run()).toBe(true);
    expect(commands(read())).toEqual([
      'whoami --json',
      'd1 list --json',
      'd1 create reverie',
      'd1 list --json',
      'r2 bucket list',
      'r2 bucket create reverie-media',
      'r2 bucket create reverie-log',
      'r2 bucket create reverie-weights',
      'd1 migrations apply DB --remote',
      'deploy',
    ]);
    const { configs } = read();
    expect(configs).toHaveLength(2);
    for (const config of configs) expect(config).toContain('database_id = "uuid-of-reverie"');
  });

  it('should leave the checkout as it was, but for a file that git ignores', async () => {
    const { run } = prepare();
    await run();
    expect(readFileSync(path.join(folder, 'wrangler.toml'), 'utf8')).toBe(
      readFileSync(path.join(root, 'wrangler.toml'), 'utf8'),
    );
    expect(readFileSync(path.join(root, '.gitignore'), 'utf8')).toContain(`/${deployConfig}`);
    const difference = readFileSync(path.join(folder, deployConfig), 'utf8')
      .split('\n')
      .filter((line) => !readFileSync(path.join(root, 'wrangler.toml'), 'utf8').includes(line));
    expect(difference).toEqual([expect.stringContaining('# Made by'), 'database_id = "uuid-of-reverie"']);
  });

  it('should make nothing twice', async () => {
    const { run, read } = prepare();
    await run();
    const first = read();
    expect(await run()).toBe(true);
    expect(commands(read()).slice(first.asked.length)).toEqual([
      'whoami --json',
      'd1 list --json',
      'r2 bucket list',
      'd1 migrations apply DB --remote',
      'deploy',
    ]);
    expect(read()).toMatchObject({ databases: first.databases, buckets: first.buckets });
  });

  it('should take a bucket that a shortened list left out for one that is there', async () => {
    const { run, read } = prepare({
      ...storage,
      buckets: [],
      failing: {
        command: 'r2 bucket create',
        message: 'The bucket you tried to create already exists, and you own it. [code: 10004]',
      },
    });
    expect(await run()).toBe(true);
    expect(commands(read()).at(-1)).toBe('deploy');
  });

  it('should upload shards before it publishes who names them', async () => {
    const order: string[] = [];
    const { run, read } = prepare(storage, {
      build: async () => order.push('build') > 0,
      networks: {
        names: ['vgg19'],
        publish: async () => `${order.push('publish')}`,
        upload: async (bucket) => {
          order.push(`upload to ${bucket} after ${commands(read()).at(-1)}`);
          return '3 uploaded';
        },
      },
    });
    expect(await run()).toBe(true);
    expect(order).toEqual(['publish', 'build', 'upload to reverie-weights after r2 bucket list']);
    expect(text()).toContain('shards in R2: 3 uploaded');
  });

  it('should go by a token where there is one', async () => {
    const { run, read } = prepare({ loggedIn: false });
    expect(await run({ hasToken: true })).toBe(true);
    expect(read().asked).not.toContain('whoami --json');
  });
});

describe('a deployment that fails', () => {
  it('should say how to log in, and touch nothing', async () => {
    let built = false;
    const { run, read } = prepare({ loggedIn: false }, { build: async () => (built = true) });
    expect(await run()).toBe(false);
    expect(text()).toContain('npx wrangler login');
    expect(text()).toContain('Nothing was done before that.');
    expect(read().asked).toEqual(['whoami --json']);
    expect(built).toBe(false);
  });

  it('should touch the account only once the build and all checks are good', async () => {
    const { run, read } = prepare({}, { build: async () => false });
    expect(await run()).toBe(false);
    expect(text()).toContain('build and check: FAILED');
    expect(read().asked).toEqual(['whoami --json']);
  });

  it.each<[string, string, string, RegExp]>([
    ['d1 list', 'Authentication error [code: 10000]', 'build and check', /database reverie: FAILED.*cannot be listed/],
    ['d1 create', 'too many databases', 'build and check', /database reverie: FAILED.*cannot be made/],
    [
      'r2 bucket list',
      'Please enable R2 through the Dashboard. [code: 10042]',
      'database reverie',
      /R2 must be switched on once/,
    ],
    [
      'r2 bucket create reverie-weights',
      'no',
      'database reverie',
      /buckets .*: FAILED.*reverie-weights cannot be made/,
    ],
    [
      'd1 migrations',
      'near "CREAT": syntax error',
      deployConfig,
      /migrations: FAILED\. One failed, and D1 rolled it back/,
    ],
    ['deploy', 'script too large', 'migrations', /Worker and files: FAILED\. The Worker that was there before/],
  ])('should stop at %s, say what stands, and go on from there the next time', async (command, message, last, what) => {
    const { run, read, change } = prepare({ failing: { command, message } });
    expect(await run()).toBe(false);
    expect(text()).toMatch(what);
    expect(text()).toContain(message);
    expect(text()).not.toContain('\u001b');
    expect(/Done before that, and kept: (.*)\./.exec(text())?.[1]).toContain(last);
    expect(read().asked.at(-1)).toMatch(new RegExp(`^${command}`));
    change({ failing: null });
    expect(await run()).toBe(true);
    expect(read().databases).toHaveLength(1);
    expect(read().buckets.sort()).toEqual(['reverie-log', 'reverie-media', 'reverie-weights']);
  });
});

describe('a dry run', () => {
  it('should say what would be done, and do none of it', async () => {
    const { run, read } = prepare(
      {},
      { networks: { names: ['vgg19'], publish: () => Promise.reject(), upload: () => Promise.reject() } },
    );
    expect(await run({ dryRun: true, build: () => Promise.reject(new Error('built')) })).toBe(true);
    expect(read().asked).toEqual(['whoami --json', 'd1 list --json', 'r2 bucket list']);
    expect(existsSync(path.join(folder, deployConfig))).toBe(false);
    for (const said of [
      'database reverie: would be done: made',
      'would be done: made reverie-media and reverie-log and reverie-weights',
      'would be done: uploaded what reverie-weights lacks of vgg19',
      'migrations: would be done',
      'Worker and files: would be done: published',
    ]) {
      expect(text()).toContain(said);
    }
  });

  it('should tell what is there already', async () => {
    const { run } = prepare(storage);
    expect(await run({ dryRun: true })).toBe(true);
    expect(text()).toContain('database reverie: nothing to do');
    expect(text()).toContain('buckets reverie-media, reverie-log, reverie-weights: nothing to do');
    expect(text()).toContain('wrangler.toml with the database uuid-of-reverie');
  });
});
