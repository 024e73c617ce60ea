/** A run's shaders, compiled while its weights arrive: its first pass with weights of zeros, of which nothing is computed. */
import type { WeightsManifest } from '../../../shared/manifest';
import type { Size } from '../../../shared/pictureSize';
import type { Recipe } from '../../../shared/techniques';
import { fitLongSide } from '../images/pictures';
import { assertSuits, type Technique } from '../techniques/technique';
import type { HostDevice } from './devices';
import type { NetworkParts } from './networks';

interface Ahead {
  readonly device: HostDevice;
  readonly technique: Technique;
  readonly recipe: Recipe;
  readonly content: Size;
  readonly manifest: WeightsManifest;
}

/** Does nothing where nothing is compiled. Whoever calls holds the queue of tensors. */
export async function compileAhead(
  parts: Pick<NetworkParts, 'createNetwork'>,
  { device, technique, recipe, content, manifest }: Ahead,
): Promise<void> {
  if (device.report.backend !== 'webgpu' || !technique.pass) return;
  await device.compile?.(() => {
    const parameters = new Map(
      manifest.tensors.map(({ name, shape }) => {
        const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
        return [name, { shape, values }] as const;
      }),
    );
    const network = parts.createNetwork({ manifest, parameters });
    try {
      assertSuits(technique, network, recipe.network);
      const { width, height } = fitLongSide(content.width, content.height, recipe.size);
      technique.pass?.(recipe, network, width, height);
    } finally {
      network.dispose();
    }
  });
}
