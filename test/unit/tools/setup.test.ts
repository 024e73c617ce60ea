import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ensureChromium, findChromium } from '../../../tools/setup/chromium.mjs';
import { freePort, startEdge } from '../../../tools/setup/edge.mjs';
import { exec, root, withLock } from '../../../tools/setup/process.mjs';

afterEach(() => vi.unstubAllEnvs());

const lock = path.join(root, '.cache/setup.lock');

describe('withLock', () => {
  it('runs one step at a time', async () => {
    let running = 0;
    const step = () =>
      withLock(async () => {
        running++;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running--;
      });
    await Promise.all([step(), step()]);
  });

  it('is released when the step fails', async () => {
    const holder = path.join(lock, 'pid');
    await expect(
      withLock(async () => {
        expect(readFileSync(holder, 'utf8')).toBe(String(process.pid));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(existsSync(holder) && readFileSync(holder, 'utf8') === String(process.pid)).toBe(false);
  });

  it('takes over the lock of a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await withLock(async () => {
      // Made while we hold it, so that no other set-up of this checkout is disturbed.
      writeFileSync(path.join(lock, 'pid'), String(pid));
      expect(await withLock(async () => 'taken')).toBe('taken');
    });
  });
});

describe('findChromium', () => {
  it('takes CHROMIUM_PATH before anything else', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(findChromium()).toBe(process.execPath);
  });

  it('refuses a CHROMIUM_PATH that cannot be run, rather than use another browser', async () => {
    vi.stubEnv('CHROMIUM_PATH', path.join(root, 'package.json'));
    await expect(ensureChromium()).rejects.toThrow('not an executable file');
  });
});

describe('startEdge', () => {
  it('says so when the port is taken', async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(startEdge({ port })).rejects.toThrow(`Port ${port} is in use`);
    server.close();
  });
});

describe('exec', () => {
  it('gives the exit code', async () => {
    expect(await exec(process.execPath, ['-e', 'process.exit(7)'])).toBe(7);
  });

  it('gives a code above 128 for a signal', async () => {
    expect(await exec(process.execPath, ['-e', 'process.kill(process.pid, "SIGTERM")'])).toBe(143);
  });
});

describe('tools/bootstrap.mjs', () => {
  const bootstrap = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(root, 'tools/bootstrap.mjs'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, PORT: 'eighty' },
    });

  it.each([['nothing'], ['toString'], []])('shows its usage for %s', (...args) => {
    const { status, stderr, stdout } = bootstrap(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('usage:');
    expect(stdout).toBe('');
  });

  it('refuses a PORT that is no port, before it builds anything', () => {
    const { status, stderr } = bootstrap('start');
    expect(status).toBe(1);
    expect(stderr).toContain('PORT is "eighty"');
  });
});
