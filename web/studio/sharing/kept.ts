/**
 * What this browser remembers of shares: those made here with their deletion keys, and those that wait for a connection.
 * Where storage is blocked, both last as long as the page.
 */
import type { CreatedShare } from '../../../shared/share';
import { openRecords } from '../../page/output/records';
import { remember } from '../state/storage';
import type { PreparedShare } from './prepare';

export interface MyShare extends CreatedShare {
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

const records = openRecords('reverie-shares', 'shares');

export async function myShares(): Promise<readonly MyShare[]> {
  const all = (await records.get<readonly MyShare[]>('mine')) ?? [];
  return all.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
}

export const rememberShare = async (share: MyShare): Promise<void> => {
  await records.set('mine', [share, ...(await myShares())]);
};

export const forgetShare = async (id: string): Promise<void> => {
  const others = (await myShares()).filter((share) => share.id !== id);
  await records.set('mine', others);
};

export interface WaitingShare extends PreparedShare {
  /** It was on its way once: there may be a share of it whose answer never came. */
  readonly sent?: boolean;
}

/** Oldest first. */
export const waitingShares = async (): Promise<readonly WaitingShare[]> =>
  (await records.get<readonly WaitingShare[]>('outbox')) ?? [];

export async function keepWaiting(share: WaitingShare): Promise<void> {
  await writeWaiting([...(await waitingShares()).filter(({ key }) => key !== share.key), share]);
}

export async function dropWaiting(key: string): Promise<void> {
  await writeWaiting((await waitingShares()).filter((each) => each.key !== key));
}

async function writeWaiting(all: readonly WaitingShare[]): Promise<void> {
  await records.set('outbox', all);
  // So that a page need not open the storage to know whether to ask.
  remember('outbox', all.length > 0 ? String(all.length) : null);
}
