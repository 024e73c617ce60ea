/** The page of worker.test.ts: the client and what the tests need to ask of it, on `window`. */
import { limits } from '../../shared/limits';
import { parseRecipe } from '../../shared/recipe';
import type { Engine, Job, Pixels, Progress, RunListener, RunResult } from '../../web/engine/api';
import { createEngine } from '../../web/engine/client';
import { openRecords } from '../../web/page/output/records';
import * as paintings from '../../web/page/paintings/store';

/** A picture with edges and colours, the same every time. */
function photo(width: number, height: number, phase: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 127 * Math.sin(x / 7 + phase) + 127 * Math.cos((x + y) / 11);
      data.set([128 + wave / 2, (255 * y) / height, ((x >> 3) + (y >> 3)) % 2 ? 220 : 40, 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

export interface Watched {
  readonly run: Job<RunResult>;
  readonly progress: Progress[];
  readonly previews: Pixels[];
  /** How it ended, as plain data. */
  readonly end: Promise<End>;
}

export type End =
  | {
      readonly complete: boolean;
      readonly width: number;
      readonly distinct: number;
      readonly steps: number;
      readonly backend: string;
    }
  | { readonly code: string; readonly message: string };

export class Harness {
  readonly engine: Engine = createEngine({ baseUrl: location.origin, backend: 'wasm' });
  current: Watched | undefined;

  /** Starts a run of `steps` iterations at 96 pixels. */
  start(steps: number): Watched {
    const recipe = parseRecipe({
      technique: 'style',
      version: 2,
      size: 96,
      styles: [{ image: null }],
      schedule: { minSize: 96, firstSteps: steps, steps },
    });
    const progress: Progress[] = [];
    const previews: Pixels[] = [];
    const listener: RunListener = {
      onProgress: (record) => void progress.push(record),
      onPreview: (pixels) => void previews.push(pixels),
    };
    const inputs = { content: photo(160, 120, 0), styles: [photo(128, 128, 2)] };
    const run = this.engine.run({ recipe, inputs }, listener);
    const end = run.result.then(
      ({ complete, pixels, record }): End => ({
        complete,
        width: pixels.width,
        distinct: new Set(pixels.data).size,
        steps: record.steps,
        backend: record.device.backend,
      }),
      ({ code, message }): End => ({ code, message }),
    );
    this.current = { run, progress, previews, end };
    return this.current;
  }

  /** A painting of one's own through its whole life in the storage; what came of each step. */
  async ownPainting() {
    const { engine } = this;
    const mine = photo(300, 200, 1);
    const storage = openRecords('reverie-paintings', 'paintings');
    for (const key of await storage.keys()) await storage.remove(key);
    const { painting, kept } = await paintings.addPainting(mine, ' Mine.jpg ');
    const { id } = painting;
    const again = await paintings.addPainting(mine, 'the same');
    const [text = '', smaller] = [
      (await paintings.styleOf(engine, id, 512)).statistics,
      (await paintings.styleOf(engine, id, 128)).statistics,
    ];
    await paintings.renamePainting(id, 'Waves');
    const [listed] = await paintings.ownPaintings();
    const picture = await paintings.pictureOf(id);
    const file = await paintings.paintingFile(engine, id);
    await paintings.removePainting(id);
    const gone = await paintings.styleOf(engine, id, 512).catch(({ code }) => code);
    const other = await paintings.importPainting(engine, file);
    const damaged = await paintings.importPainting(engine, file.slice(0, file.size - 1)).catch(({ code }) => code);
    const styles = [{ ...(await paintings.styleOf(engine, other.painting.id, 500)), weight: 1 }];
    const recipe = parseRecipe({ technique: 'any', version: 2, size: 96, styles });
    const painted = await engine.run({ recipe, inputs: { content: photo(96, 64, 0) } }).result;
    for (let i = 1; i < limits.paintings.max; i++) await storage.set(`own-${i}`, { ...other.painting, id: `own-${i}` });
    const oneTooMany = await paintings.addPainting(photo(64, 64, 3), 'another');
    return {
      kept,
      name: painting.name,
      aspect: painting.aspect,
      again: again.painting.id === id,
      smaller: smaller !== text,
      listed: [listed?.name, Object.keys(listed?.statistics ?? {})],
      picture: [picture?.width, picture?.height],
      thumbnail: listed?.thumbnail?.type,
      file: file.size,
      gone,
      damaged,
      other: [other.painting.name, other.painting.picture, Object.values(other.painting.statistics).includes(text)],
      painted: new Set(painted.pixels.data).size,
      full: [oneTooMany.kept, (await paintings.ownPaintings()).length - limits.paintings.max],
    };
  }

  /** Gaps between animation frames for a while, milliseconds. */
  frameGaps(ms: number): Promise<number[]> {
    return new Promise((resolve) => {
      const gaps: number[] = [];
      const begun = performance.now();
      let last = begun;
      const frame = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (now - begun < ms) requestAnimationFrame(frame);
        else resolve(gaps);
      };
      requestAnimationFrame(frame);
    });
  }
}

declare global {
  interface Window {
    harness: Harness;
  }
}
window.harness = new Harness();
