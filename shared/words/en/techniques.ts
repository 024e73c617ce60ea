/**
 * The techniques in English: what each is called, says and asks. `techniques` is what the studio shows, `told` what a share
 * page tells, `commandLine` what only `reverie --help` says; a page takes only the ones that it shows. Labels and helps of
 * controls are flags' helps, too.
 */

const steps = 'Steps';
const layers = 'Layers';

const channelOrLayer = 'One number: only this channel. Empty is the whole layer.';
const classOrLayer = 'What ImageNet calls it, for example “tabby”: only this class. Empty is the whole layer.';
/** Views of one channel or of a whole layer. */
const maps = <Text>(text: Text) => ({
  saliency: text,
  gradcam: text,
  occlusion: text,
  segmentation: text,
  filters: text,
  patches: text,
  fooling: text,
  apart: text,
});

/** Of `see`. */
const viewNames = {
  activations: 'Answers',
  saliency: 'Saliency',
  gradcam: 'Grad-CAM',
  occlusion: 'Occlusion',
  segmentation: 'Cut-out',
  ascent: 'Regularisers',
  filters: 'Filters',
  patches: 'Best patches',
  neighbours: 'Neighbours',
  map: 'Map',
  fooling: 'Fooling',
  apart: 'Dream, taken apart',
  feature: 'Feature',
  gram: 'Gram matrix',
};

export const techniques = {
  style: {
    name: 'Paint',
    run: 'Paint',
    again: 'Paint again',
    doing: 'Painting',
    fields: {
      strength: {
        label: 'Strength',
        help: 'Low keeps your photo, high lets the painting win.',
        ends: ['photo', 'painting'],
      },
      quality: {
        label: 'Quality',
        help: {
          draft: 'How long it goes on painting. Fine takes about four times as long as draft.',
          normal: 'How long it goes on painting. Fine takes about four times as long as draft.',
          fine: 'How long it goes on painting. Fine takes about four times as long as draft.',
          custom: 'The loaded recipe brings its own number of steps.',
        },
        options: { draft: 'Draft', normal: 'Normal', fine: 'Fine' },
      },
      styleScale: {
        label: 'Brush scale',
        help: 'How large the painting’s strokes fall on your photo.',
        ends: ['finer', 'broader'],
      },
      styles: {
        label: 'Mix and masks',
        help: 'Several styles in one painting, each everywhere or only where its mask lets it.',
      },
      start: {
        label: 'Start from',
        help: 'Noise is freer with the photo’s shapes, and slower to settle.',
        options: { content: 'Photo', noise: 'Noise', image: 'This result' },
      },
      grain: {
        label: 'Fine grain',
        help: 'How closely the finest marks follow the painting. At 0 they are left to the network, which weaves a pattern of its own.',
      },
      palette: {
        label: 'Painting’s colours',
        help: 'How closely the colours follow the painting: a drawing in one ink stays in one ink. Lower leaves more of the photo’s.',
      },
      smoothness: { label: 'Smoothness', help: 'Higher calms fine grain, lower keeps every speck of paint.' },
      colours: {
        label: 'Colours',
        help: 'The painting’s; your photo’s, with only light and dark painted; or the painting recoloured first.',
        options: { style: 'Painting', luminance: 'Photo', match: 'Matched' },
      },
      loss: {
        label: 'Style measure',
        help: 'What of the painting’s features is compared.',
        options: {
          gram: 'Gram matrix (Gatys)',
          covariance: 'Mean and covariance',
          moments: 'Mean and variance',
          wasserstein: 'Wasserstein distance',
        },
      },
      pooling: {
        label: 'Pooling',
        help: 'How the network shrinks what it sees: averages are smoother, maxima crisper.',
        options: { network: 'As trained', max: 'Maximum', average: 'Average' },
      },
      optimiser: {
        label: 'Optimiser',
        help: 'Adam is steady; L-BFGS takes larger steps and more time for each.',
        options: { adam: 'Adam', lbfgs: 'L-BFGS' },
      },
      contentLayers: {
        label: 'Kept of the photo',
        help: 'Deep layers keep what is there, shallow ones every edge. Without any, only the start reminds of the photo.',
      },
      styleLayers: {
        label: 'Taken from the painting',
        help: 'Shallow layers bring colours and grain, deep ones larger strokes and shapes.',
      },
    },
  },

  any: {
    name: 'Any painting',
    help: 'Any painting’s style, at once: the network looks at the painting once, and paints.',
    run: 'Paint at once',
    again: 'Paint at once again',
    doing: 'Painting',
    fields: {
      strength: { label: 'Strength', help: 'From the photo to the full style.' },
      detail: { label: 'Detail', help: 'Low paints large shapes first, high keeps more of the photo.' },
      styleScale: {
        label: 'Brush scale',
        help: 'How large the painting’s strokes fall on your photo.',
        ends: ['finer', 'broader'],
      },
      colours: {
        label: 'Colours',
        help: 'The painting’s; your photo’s, with only light and dark painted; or matched to your photo’s afterwards.',
        options: { style: 'Painting', luminance: 'Photo', match: 'Matched' },
      },
      styles: {
        label: 'Mix and masks',
        help: 'Several styles in one painting, each everywhere or only where its mask lets it.',
      },
    },
  },

  fast: {
    name: 'Instant',
    help: 'A network that has learned a painter’s hand paints your photo in one go.',
    run: 'Paint at once',
    again: 'Paint at once again',
    doing: 'Painting',
    fields: {
      strength: { label: 'Strength', help: 'From the photo to the full style.' },
      styles: { label: 'Mix', help: 'Its share in the mix.' },
    },
  },

  dream: {
    name: 'Dream',
    help: 'What a layer finds in your photo is made stronger, until it is there to be seen.',
    run: 'Dream',
    again: 'Dream again',
    doing: 'Dreaming',
    made: (layer: string) => `dreamt by ${layer}`,
    fields: {
      layers: { label: layers, help: 'Shallow layers dream strokes and dots, deep ones eyes, fur and buildings.' },
      channels: {
        label: 'Channels',
        help: 'Numbers, with commas between: only what these look for grows. Empty is the whole layer.',
      },
      place: {
        label: 'Only at one place',
        help: 'Only what looks at this place dreams; with one channel, that is a single neuron.',
      },
      strength: { label: 'Strength', help: 'How far every step moves the colours, in parts of 255.' },
      steps: { label: steps, help: 'At every octave. More dreams deeper.' },
      octaves: { label: 'Octaves', help: 'At how many sizes it dreams: more brings larger figures.' },
      guide: { label: 'Guide picture', help: 'The dream then goes towards what the layer finds in this picture.' },
      frames: {
        label: 'Zoom film',
        help: 'Every frame is the last one enlarged and dreamt on. Many frames take their time.',
        none: 'none',
      },
      zoom: { label: 'Zoom', help: 'How much each frame is enlarged; below zero it goes outwards.' },
      rotate: { label: 'Turn', help: 'How far each frame is turned.' },
    },
  },

  invert: {
    name: 'Invert',
    help: 'A picture is found from noise that one layer cannot tell from your photo: what it kept, and what it forgot.',
    run: 'Invert',
    again: 'Invert again',
    doing: 'Inverting',
    made: (layer: string) => `from ${layer}`,
    fields: {
      layers: {
        label: layers,
        help: 'One layer gives one picture; several give the ladder: shallow layers return the photo, deep ones invent.',
      },
      steps: { label: steps, help: 'For every layer. More come nearer to what the layer holds.' },
      smoothness: {
        label: 'Smoothness',
        help: 'A multiple of what suits the layer’s depth. More calms the grain that the layer does not see.',
      },
    },
  },

  texture: {
    name: 'Texture',
    help: 'Your photo is a sample; more of the same stuff is grown from noise.',
    run: 'Grow the texture',
    again: 'Grow it again',
    doing: 'Growing',
    made: { gram: 'as a texture', 'efros-leung': 'grown pixel by pixel', quilting: 'quilted' },
    fields: {
      method: {
        label: 'Method',
        help: {
          gram: 'Noise is moved until its Gram matrices are the sample’s: nothing is copied.',
          'efros-leung':
            'Efros and Leung, 1999: each pixel is copied from where its neighbourhood fits. Slow; small sizes.',
          quilting: 'Efros and Freeman, 2001: patches are copied and cut along the least visible seam.',
        },
        options: { gram: 'Gram', 'efros-leung': 'Pixel by pixel', quilting: 'Quilting' },
      },
      layers: {
        label: layers,
        help: 'Up to which depth the network compares: shallow holds colours and grain, deep holds shapes.',
      },
      grain: {
        label: 'Fine grain',
        help: 'How closely the finest marks follow the sample. At 0 they are left to the network, which weaves a pattern of its own.',
      },
      ladder: { label: 'Ladder by depth', help: 'One texture per layer, each from that layer and those before it.' },
      seamless: { label: 'Seamless tile', help: 'The right border fits the left one and the bottom the top.' },
      steps: { label: steps, help: 'At each size of the pyramid.' },
      window: {
        label: 'Neighbourhood',
        help: 'How much around a pixel is compared, in pixels: about as large as what repeats.',
      },
      patch: { label: 'Patch', help: 'How large the copied patches are, in pixels.' },
      sampleSize: {
        label: 'Sample size',
        help: 'Long side at which your photo is looked at, in pixels: smaller makes finer patterns in the result.',
      },
      aspect: { label: 'Shape', help: 'Width to height of the result.' },
    },
  },

  see: {
    name: 'See',
    help: 'What the network’s layers answer to, shown as pictures.',
    run: 'Look',
    again: 'Look again',
    doing: 'Looking',
    made: {
      activations: (layer: string) => `what ${layer} answers`,
      saliency: (layer: string) => `what ${layer} looks at`,
      feature: (layer: string) => `what ${layer} likes best`,
      gram: (layer: string) => `Gram matrix of ${layer}`,
      other: (layer: string) => `a look into ${layer}`,
    },
    fields: {
      view: {
        label: 'View',
        help: {
          activations: 'A layer’s channels for your photo, those that answer most first.',
          saliency: 'Which pixels a layer or channel depends on.',
          gradcam: 'Which places of the layer before speak for it.',
          occlusion: 'Where does covering the photo cost most of the answer?',
          segmentation: 'What the photo is of, cut out (GrabCut). The mask is among its pictures.',
          ascent: 'What a channel likes best, by each regulariser alone.',
          filters: 'A layer’s filters; move over the photo to see one at work.',
          patches: 'Where channels answer most, in one photo or many.',
          neighbours: 'Nearest patches or photos: five by features, five by pixels.',
          map: 'Up to 2,000 patches or photos, alike ones together.',
          fooling: 'The smallest change that is taken for another photo or class.',
          apart: 'DeepDream without each of its rules.',
          feature: 'The picture that a channel likes best, grown from noise. Needs no photo.',
          gram: 'Which channels of a layer answer together: what style transfer and textures compare.',
        },
        options: viewNames,
      },
      layer: { label: 'Layer', help: 'Shallow layers see edges and colours, deep ones parts of things.' },
      channel: {
        label: 'Channel',
        help: {
          ...maps(channelOrLayer),
          feature: 'One number: whose picture is grown. Empty is channel 0.',
          ascent: 'One number: whose picture is grown. Empty is channel 0.',
        },
      },
      class: {
        label: 'Class',
        help: {
          ...maps(classOrLayer),
          feature: 'What ImageNet calls it, for example “tabby”: its picture is grown. Empty is class 0.',
          ascent: 'What ImageNet calls it, for example “tabby”: its picture is grown. Empty is class 0.',
        },
      },
      overlay: { label: 'Overlay', help: 'How much of the map lies over the photo.', ends: ['photo', 'map'] },
      samples: {
        label: 'Samples',
        help: 'So many noisy copies are averaged; one is the plain, grainy gradient.',
      },
      backward: {
        label: 'Way back',
        help: {
          gradient: 'The gradient as it is.',
          guided: 'Only what is positive comes back, where the ReLU answered.',
          deconvnet: 'Only what is positive comes back, wherever.',
        },
        options: { gradient: 'Gradient', guided: 'Guided', deconvnet: 'Deconvnet' },
      },
      shuffled: {
        label: 'Check with shuffled weights',
        help: 'Does the map look alike though nothing was learned?',
      },
      mapLayer: {
        label: 'Layer of the map',
        help: 'A layer before the one that is asked.',
      },
      layout: {
        label: 'Laid out by',
        help: {
          pca: 'The two directions in which they differ most.',
          tsne: 'Neighbours stay neighbours; distances between groups mean little.',
          umap: 'As t-SNE, with more of the whole.',
        },
      },
      photos: {
        label: 'Photos',
        help: 'Without any, patches of the photo are compared.',
      },
      guide: {
        label: 'Second picture',
        help: {
          fooling: 'The photo that yours is to be taken for.',
          segmentation: 'Strokes: green on what to keep, red on what not.',
        },
      },
      square: { label: 'Square', help: 'Its side, of the photo’s short side.' },
      squares: { label: 'Squares', help: 'How many along the long side.' },
      maxChannels: { label: 'Channels shown', help: 'Those with the strongest answers.' },
      steps: { label: steps, help: 'More make the picture clearer.' },
    },
  },
};

const leans = { photo: 'keeps to the photo', between: 'between photo and painting', painting: 'lets the painting win' };
const strength = {
  name: 'Strength',
  value: (value: string, leaning: string) => `${value} of 100, ${leans[leaning as keyof typeof leans]}`,
};
const byStyles = (styles: string) => `Style transfer after ${styles}`;

/** A fact's value is a sentence around its numbers and names, one of several words, one that is always the same, or its own. */
export const told = {
  style: {
    title: 'Style transfer',
    made: byStyles,
    facts: {
      style: { name: 'Style' },
      strength,
      brush: { name: 'Brush scale', value: (value: string) => `${value} × the painting’s own` },
      colours: {
        name: 'Colours',
        value: {
          style: 'the painting’s',
          luminance: 'the photo’s; only light and dark are painted',
          match: 'the painting recoloured to the photo first',
        },
      },
      loss: {
        name: 'Style measured by',
        value: {
          gram: 'Gram matrices',
          covariance: 'means and covariances',
          moments: 'means and variances',
          wasserstein: 'Wasserstein distance',
        },
      },
      start: { name: 'Started from', value: { content: 'the photo', noise: 'noise', image: 'an earlier result' } },
      optimiser: { name: 'Optimiser', value: { adam: 'Adam', lbfgs: 'L-BFGS' } },
    },
  },
  any: {
    title: 'Any painting’s style at once',
    made: byStyles,
    facts: {
      style: { name: 'Style' },
      strength,
      brush: { name: 'Brush scale', value: (value: string) => `${value} × the painting’s own` },
      colours: {
        name: 'Colours',
        value: {
          style: 'the painting’s',
          luminance: 'the photo’s; only light and dark are painted',
          match: 'matched to the photo’s',
        },
      },
    },
  },
  fast: { title: 'Fast style transfer', made: byStyles, facts: { style: { name: 'Style' }, strength } },
  dream: {
    title: 'DeepDream',
    made: (of: string) => `Dreamt by ${of}`,
    facts: {
      layers: { name: layers },
      octaves: { name: 'Octaves', value: (octaves: string, each: string) => `${octaves}, with ${each} steps each` },
      guide: { name: 'Dreamt towards', value: 'a guide picture' },
      film: { name: 'Zoom film', value: (frames: string) => `${frames} frames` },
    },
  },
  invert: {
    title: 'Feature inversion',
    made: (of: string) => `Made anew from what ${of} kept`,
    facts: { layers: { name: layers }, steps: { name: steps } },
  },
  texture: {
    title: 'Texture synthesis',
    made: {
      gram: 'A texture grown by Gram matrices',
      'efros-leung': 'A texture grown pixel by pixel',
      quilting: 'A quilted texture',
    },
    facts: { layers: { name: layers }, seamless: { name: 'Tiles without a seam', value: 'yes' } },
  },
  see: {
    title: 'What the network sees',
    made: {
      activations: (layer: string) => `What ${layer} answers`,
      saliency: (layer: string) => `What ${layer} looks at`,
      gradcam: (layer: string) => `What speaks for ${layer}`,
      occlusion: (layer: string) => `What ${layer} misses when covered`,
      segmentation: (layer: string) => `Cut out by ${layer}`,
      ascent: (layer: string) => `${layer} with and without rules`,
      filters: (layer: string) => `Filters of ${layer}`,
      patches: (layer: string) => `Where ${layer} answers most`,
      neighbours: (layer: string) => `Alike to ${layer}`,
      map: (layer: string) => `A map by ${layer}`,
      fooling: (layer: string) => `Fooling ${layer}`,
      apart: (layer: string) => `A dream of ${layer}, taken apart`,
      feature: (layer: string) => `What ${layer} likes best`,
      gram: (layer: string) => `The Gram matrix of ${layer}`,
    },
    facts: {
      view: { name: 'View', value: viewNames },
      layers: { name: layers },
      channel: { name: 'Channel' },
      mapLayer: { name: 'Map made at' },
      backward: { name: 'Way back', value: { guided: 'guided backprop', deconvnet: 'deconvnet' } },
      samples: { name: 'Noisy copies' },
      squares: {
        name: 'Squares',
        value: (count: string, part: string) => `${count} along the long side, ${part} % of the short one wide`,
      },
      layout: { name: 'Laid out by', value: { pca: 'PCA', tsne: 't-SNE', umap: 'UMAP' } },
      photos: { name: 'Photos beside it' },
      shuffled: { name: 'Checked', value: 'with the weights shuffled' },
    },
  },
};

/** The command line speaks English. A flag's help is its control's, unless it is said here; so is what a verb is for. */
export const commandLine = {
  style: {
    summary: 'Paint a photo in the style of one or more paintings.',
    flags: {
      strength: '0 keeps the photo, 100 lets the painting win',
      styles: 'a painting or a preset’s id; repeat, or put commas between, to blend several',
      masks: 'where a style paints (white) and where not (black); one for each style in their order, "none" for none',
      styleScale: 'size of the painting relative to the result: 2 paints with strokes twice as large',
      start: 'where painting begins',
      grain: 'weight of the painting’s fine grain beside the layers',
      palette: 'weight of the painting’s colours beside the layers',
      contentLayers: 'what is kept of the photo; repeat, or put commas between',
      styleLayers: 'what is taken of the painting; repeat, or put commas between',
      steps: 'steps at the coarsest scale; every further scale takes half of them',
    },
  },
  any: {
    summary:
      'Paint a photo in the style of any painting in one pass: a picture of your own, or a preset that was measured for it.',
    flags: {
      strength: '0 gives the photo back, 100 is the style',
      detail: '0 paints large shapes first, 100 at the full size alone',
      styles: 'a picture, a preset by its id, or a .reverie-style file; repeat for a mixture',
      masks: 'PNG, white where the style before it paints',
      strengthMap: 'PNG, white where it is painted with the full strength, black where the photo stays',
      colours: 'the painting’s; the photo’s, with only light and dark painted; or matched to the photo’s afterwards',
      styleScale: 'size of the painting relative to the result: 2 paints with strokes twice as large',
      tile: 'pictures with a longer side are painted in tiles of this size',
    },
  },
  fast: {
    summary: 'Paint a photo in one pass, in a style that a network was trained for, or in a mix of several.',
    flags: {
      styles:
        'a style of the network, or a .reverie-style file, e.g. la-grande-jatte:0.7,mine.reverie-style:0.3; a wrong one lists them all',
      strength: '100 is the style, 0 the photo',
      tile: 'larger pictures are painted in tiles of so many pixels',
    },
  },
  dream: {
    summary: 'Amplify what the layers of the network see in a photo; zoom into it as a film.',
    flags: {
      layers: 'what is amplified; repeat, or put commas between',
      channels: 'only these channels of the layers',
      place: 'only at this place, in shares of width and height; with one channel, a single neuron',
      strength: 'how far each step goes, in units of the range 0 to 1',
      frames: 'a film of so many frames',
      zoom: 'film: how much each frame enlarges the last, 1 not at all',
      rotate: 'film: degrees by which each frame turns',
    },
  },
  invert: {
    summary: 'Paint the photo again from the features of a layer alone; several layers make a ladder.',
    flags: {
      layers: 'repeat, or put commas between, for one picture of all',
      stepSize: 'how far each step goes, in units of the range 0 to 1',
    },
  },
  texture: {
    summary: 'Make more of a texture, of any size, from a sample of it.',
    flags: {
      method: 'by correlations of features, pixel by pixel, or patch by patch',
      layers: 'repeat, or put commas between',
      stepSize: 'how far each step goes, in units of the range 0 to 1',
    },
  },
  see: {
    summary: 'Show what a layer of the network sees in a photo, or which picture a channel likes best.',
    flags: {
      view: 'channels of the layer, pixels that it depends on, what a channel likes best, or which channels answer together',
      layer: 'a tap of the network',
      channel: 'one channel (or class) instead of the whole layer; --view feature takes 0 when absent',
      class:
        'a class of ImageNet by name, in place of --channel, in the layer that knows classes unless --layer says another',
      samples: 'saliency: average over so many noisy copies of the photo',
      noise: 'saliency: how noisy they are, 0 to 1',
      overlay: 'saliency: 0 shows the photo, 1 the map alone',
      maxChannels: 'activations: so many channels, those that respond most',
      steps: 'feature: steps of the climb',
    },
  },
} satisfies Record<
  keyof typeof techniques,
  { readonly summary: string; readonly flags: Readonly<Record<string, string>> }
>;
