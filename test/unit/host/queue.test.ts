import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import { SerialQueue } from '../../../web/engine/host/queue';
import { errorOf } from './fakes';

function job() {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done, finish };
}

describe('the queue', () => {
  it('runs jobs one after another in the order in which they came', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const add = (name: string) =>
      queue.add(async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`${name} ends`);
      });
    await Promise.all([add('a'), add('b'), add('c')]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('lets no newcomer overtake in the moment between two jobs', async () => {
    const queue = new SerialQueue();
    const first = job();
    const log: string[] = [];
    const one = queue.add(() => first.done);
    const two = queue.add(async () => void log.push('two'));
    first.finish();
    const three = one.then(() => queue.add(async () => void log.push('three')));
    await Promise.all([two, three]);
    expect(log).toEqual(['two', 'three']);
  });

  it('goes on after a job that failed', async () => {
    const queue = new SerialQueue();
    const failed = queue.add(() => Promise.reject(new Error('no')));
    const next = queue.add(async () => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('refuses with busy once as many wait as may', async () => {
    const queue = new SerialQueue();
    const first = job();
    const accepted = [queue.add(() => first.done)];
    for (let i = 0; i < limits.worker.maxQueue; i++) accepted.push(queue.add(async () => {}));
    expect((await errorOf(queue.add(async () => {}))).code).toBe('busy');
    first.finish();
    await Promise.all(accepted);
    expect(await queue.add(async () => 'free again')).toBe('free again');
  });

  it('drops a job that is cancelled while it waits, at once, and frees its place', async () => {
    const queue = new SerialQueue(1);
    const first = job();
    const cancel = new AbortController();
    let ran = false;
    const active = queue.add(() => first.done);
    const waiting = queue.add(async () => {
      ran = true;
    }, cancel.signal);
    cancel.abort();
    expect((await errorOf(waiting)).code).toBe('aborted');
    const replacement = queue.add(async () => 'in');
    first.finish();
    await active;
    expect(await replacement).toBe('in');
    expect(ran).toBe(false);
  });
});
