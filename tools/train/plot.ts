/** Loss curves as a picture: one line per training, logarithmic upwards, smoothed over a window. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { decodeCheckpoint } from '../../web/engine/train/checkpoint';

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

const [width, height, margin] = [900, 480, 60] as const;

/** @param file PNG */
export async function plotCurves(file: string, title: string, curves: readonly Curve[]): Promise<void> {
  const smooth = curves.map((curve) => ({ ...curve, values: running(curve.values) }));
  const all = smooth.flatMap(({ values }) => values).filter((value) => value > 0);
  const [low, high] = [Math.log10(Math.min(...all)), Math.log10(Math.max(...all))];
  const longest = Math.max(...curves.map(({ values }) => values.length), 2);
  const x = (i: number) => margin + (i / (longest - 1)) * (width - 2 * margin);
  const y = (value: number) =>
    height - margin - ((Math.log10(value) - low) / Math.max(1e-9, high - low)) * (height - 2 * margin);
  const ticks = tickValues(low, high).map(
    (value) =>
      `<line x1="${margin}" x2="${width - margin}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>` +
      `<text x="${margin - 8}" y="${y(value) + 4}" text-anchor="end">${value.toPrecision(2)}</text>`,
  );
  const lines = smooth.map(
    ({ values, colour }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${values
        .map((value, i) => `${x(i).toFixed(1)},${y(Math.max(value, 10 ** low)).toFixed(1)}`)
        .join(' ')}"/>`,
  );
  const legend = curves.map(
    ({ name, colour }, i) =>
      `<text x="${width - margin}" y="${margin + 18 * i}" fill="${colour}" text-anchor="end">${escapeXml(name)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
<text x="${margin}" y="30" font-size="16">${escapeXml(title)}</text>
<text x="${width / 2}" y="${height - 16}" text-anchor="middle">step (of ${longest})</text>
${[...ticks, ...lines, ...legend].join('\n')}
</svg>`;
  await sharp(Buffer.from(svg)).png().toFile(file);
}

/** Mean over a fortieth of the curve. */
function running(values: readonly number[]): number[] {
  const window = Math.max(1, Math.round(values.length / 40));
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= window ? (values[i - window] ?? 0) : 0);
    return sum / Math.min(window, i + 1);
  });
}

function tickValues(low: number, high: number): number[] {
  const each = (high - low) / 5;
  return Array.from({ length: 6 }, (_, i) => 10 ** (low + i * each));
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const palette = ['#c2410c', '#1d4ed8', '#15803d', '#7e22ce'] as const;

/** `npm run train -- plot`. */
export interface Plot {
  /** A PNG. */
  readonly out: string;
  /** `name=checkpoint.bin` */
  readonly curves: readonly string[];
}

/** The losses of several trainings in one figure. */
export async function plot({ out, curves: asked }: Plot, print: (line: string) => void): Promise<void> {
  const curves: Curve[] = [];
  for (const [i, given] of asked.entries()) {
    const [name = '', file = ''] = given.split('=');
    const { losses } = decodeCheckpoint(await readFile(file));
    const values = losses.map(({ content, style }) => content + style);
    curves.push({ name, values, colour: palette[i % palette.length] ?? palette[0] });
    const last = values.slice(-Math.ceil(values.length / 10));
    print(`${name}: ${(last.reduce((sum, value) => sum + value, 0) / last.length).toFixed(3)} over the last tenth`);
  }
  await plotCurves(out, 'Perceptual loss (content + style)', curves);
}
