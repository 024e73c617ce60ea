/** The account's database and buckets: found, or made where they are missing. */
import { SetupError } from '../setup/process.mjs';
import type { Wrangler } from './wrangler';

/** @returns its id, or null when the account has none of this name. @throws SetupError */
export async function findDatabase(wrangler: Wrangler, name: string): Promise<string | null> {
  const { ok, output } = await wrangler(['d1', 'list', '--json']);
  if (!ok) throw failed('The databases of the account cannot be listed', output);
  try {
    const list = JSON.parse(output.slice(output.indexOf('['))) as { name: string; uuid: string }[];
    return list.find((database) => database.name === name)?.uuid ?? null;
  } catch {
    throw failed('wrangler d1 list answered no list', output);
  }
}

/** @returns its id. @throws SetupError */
export async function createDatabase(wrangler: Wrangler, name: string): Promise<string> {
  const { ok, output } = await wrangler(['d1', 'create', name, '--update-config=false']);
  if (!ok) throw failed(`The database ${name} cannot be made`, output);
  const id = await findDatabase(wrangler, name);
  if (id) return id;
  throw failed(`The database ${name} was made and is not listed`, output);
}

/** @throws SetupError */
export async function listBuckets(wrangler: Wrangler): Promise<Set<string>> {
  const { ok, output } = await wrangler(['r2', 'bucket', 'list']);
  if (!ok) throw failed('The buckets of the account cannot be listed', output);
  return new Set([...output.matchAll(/^name:\s+(\S+)/gm)].map(([, name = '']) => name));
}

/** A list may be cut short: what is there already is no failure. @throws SetupError */
export async function createBucket(wrangler: Wrangler, name: string): Promise<void> {
  const { ok, output } = await wrangler(['r2', 'bucket', 'create', name, '--update-config=false']);
  if (!ok && !/already exists, and you own it|\b10004\b/.test(output)) {
    throw failed(`The bucket ${name} cannot be made`, output);
  }
}

function failed(what: string, output: string): SetupError {
  const hint = /enable R2|\b10042\b/i.test(output)
    ? ' R2 must be switched on once, in the dashboard under "R2 Object Storage"; its free plan is enough.'
    : '';
  return new SetupError(`${what}.${hint} wrangler says:\n${output.slice(-2000)}`);
}
