/** `reverie networks`: which networks there are, what their layers see, and which of them are installed here. */
import { type ListedNetwork, listNetworks } from '../../weights/listing';
import { table } from '../../weights/report';
import { assets } from '../assets';
import { exitCodes } from '../exit';
import type { Verb } from '../verb';

export const networks: Verb = {
  name: 'networks',
  summary: 'List the networks: layers, what each of them sees of the picture, size, and which are installed here.',
  usage: '[--installed] [--json]',
  options: { installed: { type: 'boolean', help: 'only those whose weights are here' } },

  async run(values, { stdout }) {
    const all = listNetworks(assets);
    const listed = values.installed === true ? all.filter(({ installed }) => installed.length > 0) : all;
    stdout.write(values.json === true ? `${JSON.stringify({ networks: listed })}\n` : listed.map(described).join('\n'));
    return exitCodes.ok;
  },
};

const count = (value: number) => value.toLocaleString('en');
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function described({ architecture, parameters, bytes, taps, installed }: ListedNetwork): string {
  const size = parameters === null ? 'of several sizes, trained by npm run train' : `${count(parameters)} parameters`;
  const here = installed.map(
    ({ id, dtype, license, styles, ...found }) =>
      `  installed as ${id}: ${count(found.parameters)} parameters, ${dtype}, ${mebibytes(found.bytes)}, ${license}` +
      (styles ? `\n  paints ${styles.join(', ')}` : ''),
  );
  const missing = bytes
    ? `  not installed; its weights would take ${mebibytes(bytes.float16)} (float16) or ${mebibytes(bytes.uint8)} (uint8)`
    : '  not installed';
  const rows = taps.map(({ tap, channels, stride, receptiveField: [height, width] }) => [
    `  ${tap}`,
    String(channels),
    String(stride),
    `${height}×${width}`,
  ]);
  return [
    `${architecture}: ${size}`,
    ...(here.length > 0 ? here : [missing]),
    ...(rows.length > 0 ? table(['  layer', 'channels', 'stride', 'sees, px'], rows, 1) : []),
    '',
  ].join('\n');
}
