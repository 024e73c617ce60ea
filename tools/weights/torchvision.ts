/**
 * Names of torchvision and timm: they number the layers of a network (`features.0.weight`), we name them
 * (`conv1_1.weight`). A file in their names is read as one in ours.
 */
import type { Architecture } from '../../web/engine/network/layers';
import type { SafetensorsFile } from './safetensors';

/** The file with our names; as it is when it has them already, or when the architecture is none of torchvision's. */
export function inOurNames(file: SafetensorsFile, architecture: Architecture): SafetensorsFile {
  const names = torchvisionNames(architecture);
  const [first] = names.keys();
  if (first === undefined || !file.tensors.has(`${first}.weight`)) return file;
  const tensors = new Map(
    [...file.tensors].map(([name, tensor]) => {
      const [, layer = name, kind = ''] = /^(.*)(\.(?:weight|bias))$/.exec(name) ?? [];
      return [(names.get(layer) ?? layer) + kind, tensor] as const;
    }),
  );
  return { ...file, tensors };
}

/** Torchvision's name of every convolution → ours. */
export function torchvisionNames({ id, nodes }: Architecture): ReadonlyMap<string, string> {
  if (id === 'squeezenet1_1') return squeezeNetNames;
  if (!id.startsWith('vgg')) return new Map();
  const names = new Map<string, string>();
  // A convolution and its ReLU count as two layers, a pooling as one.
  let index = 0;
  for (const { name, layer } of nodes) {
    if (layer.kind === 'pool') index += 1;
    if (layer.kind !== 'conv' || !layer.relu) continue;
    names.set(`features.${index}`, name);
    index += 2;
  }
  return names;
}

/** Fire modules at these places; pooling lies between. */
const fires = [3, 4, 6, 7, 9, 10, 11, 12];

const squeezeNetNames: ReadonlyMap<string, string> = new Map([
  ['features.0', 'conv1'],
  ...fires.flatMap((place, i) =>
    ['squeeze', 'expand1x1', 'expand3x3'].map((part) => [`features.${place}.${part}`, `fire${i + 2}.${part}`] as const),
  ),
  ['classifier.1', 'conv10'],
]);
