import { expect, it } from 'vitest';
import type { Job } from '../../../tools/train/thread';
import { openThreads } from '../../../tools/train/threads';

it('a thread of a training comes to life with all that it imports, and says what it misses', async () => {
  const job = { kind: 'network', setting: { backend: 'cpu', perceptual: '/no/such/manifest.json' } } as unknown as Job;
  await expect(openThreads(1, job, { values: 1, running: 0 })).rejects.toThrow(/no\/such\/manifest\.json/);
});
