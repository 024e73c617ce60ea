/** The client over fake workers, for the tests of the boundary between the two. */
import { afterEach, expect, vi } from 'vitest';
import type { Engine } from '../../../web/engine/api';
import { createEngine } from '../../../web/engine/client';
import { eventually } from '../../support/eventually';
import { type FakeParts, FakeWorker, fakeEngine, type Script } from './fakes';

const engines: Engine[] = [];

/** A client over fake workers; every restart makes another. */
export function connect(script?: Script, spawn?: (make: () => FakeWorker) => FakeWorker) {
  const workers: FakeWorker[] = [];
  const parts: FakeParts[] = [];
  const make = () => {
    const worker = new FakeWorker(() => {
      const fake = fakeEngine(script);
      parts.push(fake.parts);
      return fake.engine;
    });
    workers.push(worker);
    return worker;
  };
  const client = createEngine({ baseUrl: '' }, () => (spawn ? spawn(make) : make()));
  engines.push(client);
  return { client, workers, parts };
}

/** Waits until the technique of the first run is at work. */
export const begun = (parts: readonly FakeParts[]): Promise<void> => eventually(() => expect(parts[0]?.begun).toBe(1));

afterEach(async () => {
  vi.useRealTimers();
  for (const engine of engines.splice(0)) await engine.dispose();
});
