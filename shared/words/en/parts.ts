/** Texts of parts of the studio that are fetched when they are first wanted, and these with them (web/studio/state/partWords.ts). */
export const parts = {
  layers: {
    layer: 'Layer',
    channel: 'Channel',
    channels: 'Channels',
    all: 'all',
    option: (name: string, channels: string) => `${name}, ${channels} channels`,
    sees: (pixels: string) => `One position of this layer sees ${pixels}\u00a0×\u00a0${pixels} pixels.`,
    channelRange: (last: string) => `They are numbered 0 to ${last}.`,
    networkOption: (name: string, bytes: string) => `${name}, ${bytes}`,
    add: 'Add a layer',
    remove: (name: string) => `Take out ${name}`,
    weight: (value: string) => `weight ${value}`,
    weights: 'Layers and their weights',
    kinds: (count: string, among: string, byFrequency: string) =>
      `One of ${count} kinds of things. On photographs kept out of its training, its first five hold its teacher’s first ${among} % of the time; always naming the five most frequent would ${byFrequency} %.`,
    classNumber: (number: string, others: string) => `Class ${number} of ImageNet${others && `, also ${others}`}.`,
  },

  dream: {
    weight: 'Weight',
    weightHelp: 'How strongly this layer pulls beside the others.',
    addHelp: 'Several layers dream together, each by its weight.',
    placePhoto: 'Your photo: press where it is to dream',
    axes: { x: 'Across', y: 'Down' },
    axesHelp: { x: 'From the left border to the right.', y: 'From the top border to the bottom.' },
    guided: 'A guide leads whole layers: channels and places are for dreams without one.',
    guideChoose: 'Choose a guide',
    guideChange: 'Another guide',
    guideDrop: 'Without a guide',
  },

  texture: {
    tiled: 'Tiled 3 × 3',
    tiledAlt: 'The texture, laid three by three',
  },

  history: {
    heading: 'Your pictures',
    all: 'All…',
    help: 'Press one to hang it again, with its photo and its settings. Compare any two side by side.',
    another: 'Now choose the other one to compare it with.',
    open: (name: string) => `Hang ${name} again`,
    name: (title: string) => `Name of: ${title}`,
    compare: 'Compare',
    delete: 'Delete',
    deleted: 'The picture is deleted.',
    storage: (count: string, bytes: string, most: string) =>
      `${count} ${count === '1' ? 'picture' : 'pictures'}, ${bytes}, in this browser only. From ${most} on, the oldest without a name go.`,
    unkept:
      'This browser’s storage is full or blocked: these pictures last as long as this page. Save what you want to keep.',
    keeps: 'Keep my photo, settings and pictures',
    keepsHelp: 'They are there again at your next visit, in this browser only. Unticking deletes what is kept.',
    clear: 'Delete all',
    clearReally: 'Really delete all',
  },

  print: {
    open: 'Print…',
    heading: 'Print',
    help: 'What hangs is painted once more, as large as the paper wants it, and written into a PNG as it comes.',
    paper: 'Paper',
    papers: { letter: 'Letter', own: 'Another size' },
    side: 'Long side, centimetres',
    dpi: 'Dots per inch',
    dpiHelp: '300 for what is held in the hand, 150 for what hangs on a wall.',
    size: (size: string) => `${size} pixels.`,
    largest: 'Prints are no larger than this.',
    start: 'Paint it and save',
    painting: (share: string) => `Painting: ${share}`,
    done: 'The print is saved.',
  },

  sheet: {
    picture: 'Send the picture',
    link: 'Or a link, with how it was painted',
  },

  viewer: {
    open: 'View large',
    tools: 'How it is seen',
    in: 'Zoom in',
    out: 'Zoom out',
    fit: 'Whole picture',
    real: 'Real pixels',
    full: 'Full screen',
    leaveFull: 'Leave full screen',
    compare: 'Compare with the photo',
    hold: 'Press and hold the picture to see the photo.',
  },

  /** What a technique is asked for. */
  examples: {
    heading: 'What it can do',
    dream: {
      eyes: 'Eyes',
      strokes: 'Strokes',
      speckles: 'Speckles',
      arches: 'Arches',
      bars: 'Bars',
      cells: 'Cells',
      blocks: 'Blocks',
      columns: 'Columns',
      feathers: 'Feathers',
    },
    invert: { inversion: 'From photo to gist', near: 'Nearly your photo', shapes: 'Softened', gist: 'Its gist' },
    texture: {
      texture: 'More of the same',
      tile: 'Endless tile',
      grain: 'Colours and grain only',
      quilt: 'Patchwork',
    },
    see: {
      activations: 'What it answers to',
      feature: 'What it likes best',
      saliency: 'Which pixels count',
      occlusion: 'What it misses',
      gradcam: 'Where it looks',
      filters: 'Its filters at work',
      patches: 'Best-liked places',
      segmentation: 'Cut-out',
      neighbours: 'Look-alikes',
      map: 'A map of likeness',
      apart: 'A dream, taken apart',
      gram: 'What style is',
    },
  },

  /** How to read a view's picture. */
  reads: {
    see: {
      activations: 'Each square is one channel’s answer to your photo: the brighter, the stronger.',
      saliency: 'The brighter a pixel, the more the answer hangs on it.',
      gradcam: 'The brighter a place, the more it speaks for the answer.',
      occlusion: 'The brighter a place, the more of the answer is lost when it is covered.',
      segmentation: 'What the network takes for the subject stays; the rest is taken away.',
      feature: 'The picture that makes this channel answer most; nobody painted it.',
      ascent: 'The same wish four times, each time kept in check in another way.',
      filters: 'What the filter multiplies your photo with, and what comes of it.',
      patches: 'The places of the photo that make each channel answer most.',
      neighbours: 'First the patch, then what is alike to the network, then what is alike in its pixels.',
      map: 'What lies close together looks alike to the network.',
      fooling: 'A change too small to see, and what the network takes the photo for after it.',
      apart: 'The same dream, each time without one of its rules.',
      gram: 'Row and column are two channels: the brighter their cell, the more they answer together.',
    },
  },

  status: {
    tell: 'Tell me when it is done',
    details: 'Details',
  },

  named: {
    heading: 'Your settings',
    help: 'What the controls say now, under a name of your own; as a file it works elsewhere, too.',
    keep: 'Keep',
    import: 'From a file',
    export: (name: string) => `Save “${name}” as a file`,
    remove: (name: string) => `Remove “${name}”`,
  },

  guide: {
    enter: 'Paint, or finer',
    paint:
      'Your photo after any painting, at once: choose one, or drop a picture of your own among them. Finer goes on from exactly what hangs.',
  },

  own: {
    imported: (name: string) => `“${name}” hangs among the styles.`,
    removed: (name: string) => `“${name}” is removed.`,
    unkept:
      'This browser’s storage is full or blocked: the painting lasts only as long as this page. Save it as a file to keep it.',
    passOnly: 'It came as a style file, without its painting: it paints in one pass, not finer.',
  },

  mix: {
    heading: 'Mix and masks',
    help: 'Several styles in one painting, each everywhere or only where its mask lets it.',
    weightHelp: 'Its share in the mix.',
    add: 'Add a style to the mix',
    remove: (name: string) => `Take ${name} out of the mix`,
  },

  mask: {
    draw: 'Paint only where…',
    change: 'Change where it paints',
    heading: 'Where this style paints',
    help: 'Draw over the photo. Where nothing is drawn, this style does not paint; with nothing drawn at all, it paints everywhere.',
    shapes: 'Ready shapes',
    shapeNames: { left: 'Left', right: 'Right', top: 'Top', bottom: 'Bottom', circle: 'Circle' },
    size: 'Brush',
    sizeHelp: 'Of the picture’s longer side.',
    softness: 'Soft edge',
    softnessHelp: 'Soft edges let two styles run into each other.',
    erase: 'Erase',
    eraseHelp:
      'The brush then takes away. Strokes over what belongs, erasing ones over what does not, and “Cut out” again: the border is found anew.',
    clear: 'Clear',
    cut: 'Cut out',
    load: 'Load a mask',
    done: 'Done',
  },

  gram: {
    region: 'The pair of channels that is looked at',
    cells: 'Gram matrix. Arrow keys walk from cell to cell, with Shift in larger steps.',
    pair: (i: string, j: string, cosine: string) => `Channels ${i} and ${j}, together ${cosine}`,
    one: (i: string) => `Channel ${i} with itself`,
    strongest: 'Strongest pairs',
    map: (i: string) => `Where channel ${i} answers in the photo`,
    patch: 'A part of the photo where both answer',
    patches: 'Where both answer',
    nowhere: 'Nowhere do both answer.',
  },
};

export type PartWords = typeof parts;
