/** What a layer sees, as a recipe: schema, bounds and defaults. Reasons: web/engine/techniques/see/README.md. */
import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import { classLayer } from '../../networks';
import type * as Pieces from '../pieces';

/**
 * `activations`: a mosaic of a layer's channels for the photo. `saliency`: which pixels a layer, channel or class depends
 * on. `gradcam`: which places of a layer before it. `occlusion`: what of its answer is lost where a square covers the photo.
 * `segmentation`: what the photo is of, cut out. `feature`: the picture that a channel likes best, from noise; `ascent`: the same
 * with each regulariser alone. `filters`: a layer's convolution. `patches`: where channels answer most. `neighbours`, `map`: what is
 * alike. `fooling`: the smallest change that is taken for something else. `apart`: DeepDream without each of its rules. `gram`: a
 * layer's Gram matrix for the photo.
 */
export const seeViews = [
  'activations',
  'saliency',
  'gradcam',
  'occlusion',
  'segmentation',
  'feature',
  'ascent',
  'filters',
  'patches',
  'neighbours',
  'map',
  'gram',
  'fooling',
  'apart',
] as const;
export type SeeView = (typeof seeViews)[number];

/** Maps, which lie over the photo. */
export const liesOverPhoto = (view: SeeView): boolean => ['saliency', 'gradcam', 'occlusion'].includes(view);

/** Pictures of a channel's own, which need no photo. */
export const growsFromNoise = (view: SeeView): boolean => view === 'feature' || view === 'ascent';
/** Views that compare photos, where there are several. */
export const compares = (view: SeeView): boolean => ['patches', 'neighbours', 'map'].includes(view);

/** A photo to be taken for; a class where the layer knows classes. */
export const wantsOther = ({ view, layer, guide }: Pick<SeeRecipe, 'view' | 'layer' | 'guide'>): boolean =>
  guide !== undefined || (view === 'fooling' && layer !== classLayer);

/** How many dimensions become two. */
export const layouts = ['pca', 'tsne', 'umap'] as const;

/** Ways back through a ReLU: the gradient's own, and two that let only what is positive back. */
export const waysBack = ['gradient', 'guided', 'deconvnet'] as const;

export const seeDefaults = {
  size: 384,
  seed: 1,
  view: 'activations',
  layer: 'relu4_1',
  maxChannels: 64,
  smooth: { samples: 16, noise: 0.05 },
  overlay: 0.7,
  steps: 160,
  stepSize: 0.05,
} as const;

/** Of fields that came later: a recipe that does not say them stays as it was kept. */
export const laterDefaults = {
  backward: 'gradient',
  square: 0.125,
  squares: 16,
  layout: 'tsne',
} as const;

export const seeSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('see'),
    ...s.runFields(seeDefaults),
    /** `feature`: instead of noise. */
    startImage: s.startImage,
    view: s.optional(s.picklist(seeViews), seeDefaults.view),
    layer: s.optional(s.layerName, seeDefaults.layer),
    /** One channel (of a classifier's last tap: one class) instead of the whole layer. `feature` takes 0 when absent. */
    channel: s.optional(s.channelIndex),
    /** `activations`: so many channels, those that respond most. */
    maxChannels: s.optional(s.integer(1, 256), seeDefaults.maxChannels),
    /** `saliency`: SmoothGrad (Smilkov et al. 2017); 1 sample is the plain gradient. Noise in units of the range. */
    smooth: s.optional(
      s.strictObject({
        samples: s.optional(s.integer(1, 256), seeDefaults.smooth.samples),
        noise: s.optional(s.finite(0, 1), seeDefaults.smooth.noise),
      }),
      () => ({ ...seeDefaults.smooth }),
    ),
    /** `saliency`. */
    backward: s.optional(s.picklist(waysBack)),
    /** `saliency`, `gradcam`: also through the network with its weights shuffled (Adebayo et al. 2018). */
    shuffled: s.optional(s.boolean()),
    /** `gradcam`: where the map is made; the tap before `layer` when absent. */
    mapLayer: s.optional(s.layerName),
    /** `occlusion`: a square's side, as a share of the photo's short side; and how many there are along the long side. */
    square: s.optional(s.finite(0.01, 1)),
    squares: s.optional(s.integer(2, 64)),
    /** `patches`, `neighbours`, `map`: photos beside the photo; each one's hash once it was run. */
    photos: s.optional(s.pipe(s.array(s.pictureHash), s.maxLength(limits.see.maxPhotos))),
    /** `map`. */
    layout: s.optional(s.picklist(layouts)),
    /** `fooling`: the photo that it is to be taken for; `segmentation`: strokes, green on what to keep and red on what not. */
    guide: s.optional(s.pictureHash),
    /** Maps: 0 shows the photo, 1 the map alone. */
    overlay: s.optional(s.finite(0, 1), seeDefaults.overlay),
    /** `feature`, `ascent` (each), `fooling` (at most), `map` (of t-SNE and UMAP). */
    steps: s.optional(s.stepCount, seeDefaults.steps),
    stepSize: s.optional(s.finite(1e-5, 1), seeDefaults.stepSize),
  });
export type SeeRecipe = InferOutput<ReturnType<typeof seeSchema>>;
