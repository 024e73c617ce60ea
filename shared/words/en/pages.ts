/** Every text of the pages that stand without a script, in English; its type is what a translation must have. */
import { told } from './techniques';

export const pages = {
  tag: 'en',
  site: 'Reverie',
  tagline: 'Your photograph, in another hand',
  switchTo: (language: string) => `Read in ${language}`,
  untitled: 'Untitled',
  studio: 'Make your own',
  remix: 'Remix in the studio',
  openPicture: 'Open the picture alone',
  noScript:
    'To watch it being painted, or to paint it again on this device, switch JavaScript on or open this page in your browser.',
  alt: (title: string, made: string) => `${title}: ${made}`,
  description: (made: string) => `${made}. Watch it being painted, or paint it again on your own device.`,
  recipe: 'How it was made',
  kept: (until: string) => `This page is kept until ${until}.`,
  open: 'Open on Reverie',

  techniques: told,
  madeOther: 'Made with Reverie',
  work: (work: string, painter: string) => `${work} by ${painter}`,
  ownStyle: 'a picture of the author’s own',
  trainedStyle: 'a style that the author taught the network',
  and: (list: readonly string[]) => new Intl.ListFormat('en', { type: 'conjunction' }).format(list),

  facts: {
    technique: 'Technique',
    channels: (layer: string, channels: string) => `${layer}, channels ${channels}`,
    size: 'Size',
    sizeValue: (width: string, height: string) => `${width} × ${height} pixels`,
    seed: 'Seed',
    network: 'Network',
    kinds: (network: string, percent: string) =>
      `${network}: its first five kinds hold its teacher’s first one for ${percent} % of photographs that it was not taught`,
    time: 'Took',
    timeValue: (steps: string, seconds: string, backend: string) =>
      `${steps === '1' ? '1 step' : `${steps} steps`}, ${seconds} s on ${backend}`,
    /** What a view told in numbers. */
    measured: {
      correlation: { name: 'Like the map with shuffled weights', value: (rho: string) => `rank correlation ${rho}` },
      change: { name: 'Changed by', value: (levels: string) => `${levels} of 255 levels (rms)` },
      fall: { name: 'Largest fall of the answer', value: (percent: string) => `${percent} %` },
      part: { name: 'Cut out', value: (percent: string) => `${percent} % of the picture` },
      pair: { name: 'Strongest pair of channels', value: (cosine: string) => `cosine ${cosine}` },
    },
    backends: { webgpu: 'a GPU', wasm: 'a processor (WASM)', cpu: 'a processor (JavaScript)' },
  },

  /** On pages that are files, beside each other in every language. */
  files: {
    noScript: 'Reverie paints photographs on your own device, which needs JavaScript. Please switch it on and reload.',
    notFound: 'There is nothing here.',
  },

  figure: {
    list: {
      heading: 'Live figures',
      intro: 'This line once in a page, and the line of a figure wherever it is to be.',
    },
    names: {
      activations: 'What channels answer',
      saliency: 'Saliency',
      guided: 'Guided backpropagation',
      check: 'Shuffled weights',
      gradcam: 'Grad-CAM',
      occlusion: 'Occlusion',
      class: 'What speaks for a kind',
      classfeature: 'What a kind looks like',
      segmentation: 'Cut out by saliency',
      feature: 'What a channel likes best',
      ascent: 'Regularisers',
      filters: 'Filters',
      patches: 'Best patches',
      neighbours: 'Neighbours',
      map: 'A map of patches',
      gram: 'Gram matrix',
      fooling: 'Fooling',
      apart: 'DeepDream, taken apart',
      dream: 'DeepDream',
      inversion: 'Feature inversion',
      texture: 'Texture synthesis',
      style: 'Style transfer',
      instant: 'Style transfer in one pass',
      instancenorm: 'Instance norm',
      batchnorm: 'Batch norm',
      transposed: 'Transposed convolutions',
      seurat: 'A photo as a Seurat',
    } as Readonly<Record<string, string>>,
    title: (name: string) => `A live figure: ${name}`,
    start: 'Run it here',
    noScript: 'It runs with JavaScript.',
  },

  missing: {
    title: 'Nothing hangs here',
    text: 'There is no share at this address. Check the link; a character may be missing at its end.',
  },
  gone: {
    title: 'This picture was taken down',
    text: 'Its author deleted it, or its time was over. Nothing of it is kept.',
  },
  reported: {
    title: 'This picture is covered',
    text: 'Somebody reported it, and it has not been looked at yet. It may show something you would rather not see.',
    show: 'Show it anyway',
  },
  busy: {
    title: 'One moment',
    text: 'Very much was asked for from your network just now. Wait a minute, and open the page again.',
  },
  failed: {
    title: 'This page could not be put together',
    text: 'Something went wrong on the server. Try again in a moment.',
  },
};

export type PageWords = typeof pages;
