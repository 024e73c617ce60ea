/** What wrangler.toml calls the storage, and a copy of it that knows the account's own database. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from '../setup/process.mjs';

/** Git-ignored, beside wrangler.toml, whose relative paths it keeps. */
export const deployConfig = 'wrangler.deploy.toml';

export interface StorageNames {
  readonly database: string;
  /** Null while wrangler.toml holds the placeholder. */
  readonly databaseId: string | null;
  readonly media: string;
  readonly log: string;
  readonly weights: string;
}

const placeholder = /^[0-]+$/;

/** @param folder of wrangler.toml. @throws SetupError */
export function storageNames(folder: string): StorageNames {
  const toml = readFileSync(path.join(folder, 'wrangler.toml'), 'utf8');
  const of = (key: string, after = '') => {
    const found = new RegExp(`${after}[\\s\\S]*?^${key} = "([^"]+)"`, 'm').exec(toml)?.[1];
    if (!found) throw new SetupError(`wrangler.toml has no ${key}${after && ` behind ${after}`}.`);
    return found;
  };
  const id = of('database_id');
  return {
    database: of('database_name'),
    databaseId: placeholder.test(id) ? null : id,
    media: of('bucket_name', 'binding = "MEDIA"'),
    log: of('bucket_name', 'binding = "LOG"'),
    weights: of('bucket_name', 'binding = "WEIGHTS"'),
  };
}

/** @returns the name of the file, for wrangler's `--config`. */
export function writeDeployConfig(folder: string, databaseId: string): string {
  const toml = readFileSync(path.join(folder, 'wrangler.toml'), 'utf8');
  const own = toml.replace(/^database_id = "[^"]*"/m, `database_id = "${databaseId}"`);
  writeFileSync(
    path.join(folder, deployConfig),
    `# Made by npm run deploy from wrangler.toml; changes here are lost.\n${own}`,
  );
  return deployConfig;
}
