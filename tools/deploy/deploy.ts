/** A deployment from an empty account on, or onto what is there: the order of steps, and what each would do. */
import { SetupError } from '../setup/process.mjs';
import { deployConfig, storageNames, writeDeployConfig } from './config';
import { runSteps, type Step } from './steps';
import { createBucket, createDatabase, findDatabase, listBuckets } from './storage';
import type { Wrangler } from './wrangler';

/** Networks whose shards go to R2. */
export interface Networks {
  /** Their ids. */
  readonly names: readonly string[];
  /** Their manifests into what is built. @returns what was done. */
  publish(): Promise<string>;
  /** Their shards into the bucket. @returns what was done. */
  upload(bucket: string): Promise<string>;
}

export interface DeployOptions {
  /** Of wrangler.toml. */
  readonly folder: string;
  readonly wrangler: Wrangler;
  /** Builds the site and checks everything. @returns whether it is fit to be published. */
  readonly build: () => Promise<boolean>;
  readonly networks: Networks;
  /** Says what would be done; asks the account what it has, and changes nothing anywhere. */
  readonly dryRun: boolean;
  /** A token stands for a login; only using it tells what it is good for. */
  readonly hasToken: boolean;
  readonly say: (line: string) => void;
}

/** @returns whether it went well. */
export function deploy(options: DeployOptions): Promise<boolean> {
  const { folder, wrangler, build, networks, dryRun, hasToken, say } = options;
  const names = storageNames(folder);
  let databaseId = names.databaseId;
  const config = ['--config', deployConfig];

  /** Changes something, or says that it would. */
  const doing = async (what: string, work: () => Promise<unknown>): Promise<string> => {
    if (dryRun) return `would be done: ${what}`;
    await work();
    return what;
  };
  const run = async (args: readonly string[], how: 'quiet' | 'asks', failure: string): Promise<void> => {
    const { ok, output } = await wrangler(args, how);
    if (!ok) throw new SetupError(`${failure} wrangler says${output ? `:\n${output.slice(-2000)}` : ' why, above.'}`);
  };

  const steps: Step[] = [
    {
      name: 'log in',
      run: async () => {
        if (hasToken || (await wrangler(['whoami', '--json'])).ok) return undefined;
        throw new SetupError(
          'Not logged in to Cloudflare. Run `npx wrangler login` once, or set CLOUDFLARE_API_TOKEN (and ' +
            'CLOUDFLARE_ACCOUNT_ID) where no browser can be opened. A free account is enough.',
        );
      },
    },
    {
      name: 'networks in R2',
      run: async () =>
        networks.names.length === 0
          ? undefined
          : doing(`listed ${networks.names.join(', ')}`, () => networks.publish()),
    },
    {
      name: 'build and check',
      run: () =>
        doing('built and checked', async () => {
          if (!(await build())) throw new SetupError('The build or a check failed; see above.');
        }),
    },
    {
      name: `database ${names.database}`,
      run: async () => {
        databaseId ??= await findDatabase(wrangler, names.database);
        if (databaseId) return undefined;
        return doing('made', async () => {
          databaseId = await createDatabase(wrangler, names.database);
        });
      },
    },
    {
      name: `buckets ${names.media}, ${names.log}, ${names.weights}`,
      run: async () => {
        const there = await listBuckets(wrangler);
        const missing = [names.media, names.log, names.weights].filter((name) => !there.has(name));
        if (missing.length === 0) return undefined;
        return doing(`made ${missing.join(' and ')}`, async () => {
          for (const name of missing) await createBucket(wrangler, name);
        });
      },
    },
    {
      name: deployConfig,
      run: () =>
        doing(`wrangler.toml with the database ${databaseId ?? 'that is made'}`, async () => {
          writeDeployConfig(folder, databaseId ?? '');
        }),
    },
    {
      name: 'shards in R2',
      run: async () => {
        if (networks.names.length === 0) return undefined;
        if (dryRun) return `would be done: uploaded what ${names.weights} lacks of ${networks.names.join(', ')}`;
        return networks.upload(names.weights);
      },
    },
    {
      // Before the Worker: migrations only add, so that the old one goes on working between the two.
      name: 'migrations',
      run: () =>
        doing('applied those that were missing', () =>
          run(
            ['d1', 'migrations', 'apply', 'DB', '--remote', ...config],
            'quiet',
            'One failed, and D1 rolled it back.',
          ),
        ),
    },
    {
      name: 'Worker and files',
      run: () =>
        doing('published', () =>
          run(['deploy', ...config], 'asks', 'The Worker that was there before is still there.'),
        ),
    },
  ];
  return runSteps(steps, say);
}
