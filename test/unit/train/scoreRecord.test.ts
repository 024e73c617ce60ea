/** The scores of a training: kept on disk as they come, and what they say together. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { meanOf, ScoreRecord, shareClosed, type Trial } from '../../../tools/train/judge';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const file = () => path.join(folder, 'deep/scores.jsonl');

const fast = { name: 'fast', photo: 'a', weights: '1' };
const measured = { style: 0.2, content: 1.1 };

describe('the record of scores', () => {
  it('should measure once, also after a restart', async () => {
    const measure = vi.fn(async () => measured);
    const record = await ScoreRecord.open(file());
    expect(await record.get(fast, measure)).toEqual(measured);
    expect(await record.get({ ...fast }, measure)).toEqual(measured);
    const again = await ScoreRecord.open(file());
    expect(await again.get(fast, measure)).toEqual(measured);
    expect(measure).toHaveBeenCalledTimes(1);
  });

  it('should measure anew when anything that counts has changed, and keep the rest', async () => {
    const record = await ScoreRecord.open(file());
    await record.get(fast, async () => measured);
    const other = { style: 0.1, content: 0.9 };
    const again = await ScoreRecord.open(file());
    expect(await again.get({ ...fast, weights: '2' }, async () => other)).toEqual(other);
    expect(await again.get(fast, async () => other)).toEqual(measured);
  });

  it('should lose no more than the line that was cut short', async () => {
    const record = await ScoreRecord.open(file());
    await record.get(fast, async () => measured);
    await record.get({ ...fast, photo: 'b' }, async () => measured);
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.slice(0, -20));
    const measure = vi.fn(async () => measured);
    const again = await ScoreRecord.open(file());
    await again.get(fast, measure);
    await again.get({ ...fast, photo: 'b' }, measure);
    expect(measure).toHaveBeenCalledTimes(1);
    await appendFile(file(), '{"key":1}\nnonsense\n');
    const last = await ScoreRecord.open(file());
    await last.get({ ...fast, photo: 'b' }, measure);
    expect(measure).toHaveBeenCalledTimes(1);
  });

  it('should not keep a measurement that failed', async () => {
    const record = await ScoreRecord.open(file());
    await expect(record.get(fast, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await record.get(fast, async () => measured)).toEqual(measured);
  });
});

describe('the share of the distance closed', () => {
  const trial = (photo: number, fast: number, optimised: number): Trial => ({
    photo: { style: photo, content: 0 },
    fast: { style: fast, content: 1 },
    optimised: { style: optimised, content: 0.5 },
  });

  it('should be 0 where one pass gives the photo back, and 1 where it is as close as the optimisation', () => {
    expect(shareClosed([trial(0.4, 0.4, 0.1)])).toBe(0);
    expect(shareClosed([trial(0.4, 0.1, 0.1)])).toBe(1);
    expect(shareClosed([trial(0.4, 0.19, 0.1)])).toBeCloseTo(0.7, 12);
  });

  it('should be that of the means, so that a photo near its painting counts little', () => {
    const trials = [trial(0.5, 0.2, 0.1), trial(0.12, 0.14, 0.1)];
    expect(meanOf(trials, 'fast', 'style')).toBeCloseTo(0.17, 12);
    expect(shareClosed(trials)).toBeCloseTo((0.31 - 0.17) / (0.31 - 0.1), 12);
  });
});
