/** `reverie networks`: which networks there are, what their layers see, and which of them are installed here. */
import { Command } from '@commander-js/extra-typings';
import { assets } from '../files';
import { table } from '../table';
import { type ListedNetwork, listNetworks } from '../weights/listing';
import type { Context } from './context';

export const networksCommand = ({ stdout }: Context) =>
  new Command('networks')
    .description(
      'List the networks: layers, what each of them sees of the picture, size, and which are installed here.',
    )
    .option('--installed', 'only those whose weights are here', false)
    .option('--json', 'print the list, or the error, as one JSON document', false)
    .action(({ installed, json }) => {
      const all = listNetworks(assets);
      const listed = installed ? all.filter((network) => network.installed.length > 0) : all;
      stdout.write(json ? `${JSON.stringify({ networks: listed })}\n` : listed.map(described).join('\n'));
    });

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
