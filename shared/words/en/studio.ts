/**
 * Every text of the studio in English, and by its type the list of what a translation must have.
 * Values are plain strings, or functions where a number or name goes inside. Work titles and painters
 * come from the preset index, which speaks English; `works` has what museums here call them instead.
 */

import type { BackendName } from '../../backends';
import type { ErrorCode } from '../../errors';
import { techniques } from './techniques';

const backendName: Record<BackendName, string> = { webgpu: 'GPU', wasm: 'processor', cpu: 'processor' };

export const studio = {
  tag: 'en',
  title: 'Reverie: your photograph, in another hand',
  tagline: 'Your photograph, in another hand',
  privacy: 'Your photo stays on this device. Nothing is uploaded unless you press Share.',
  skip: 'Skip to the picture',
  switchTo: (language: string) => `Switch to ${language}`,
  theme: { toDark: 'Dark appearance', toLight: 'Light appearance' },

  photo: {
    region: 'Picture',
    emptyTitle: 'Hang your photo here',
    art: 'A mountain lake that is painted over in the strokes of The Starry Night',
    intro:
      'A small network that learned to see studies a painting’s brushwork and lays it over your photo, stroke by stroke. It works on your own device, while you watch.',
    choose: 'Choose a photo',
    take: 'Take a photo',
    sample: 'Try the sample picture',
    sampleName: 'Sample picture',
    pastedName: 'Pasted picture',
    change: 'Change photo',
    opening: 'Opening the photo…',
    openingHeic: 'Opening the HEIC photo: the decoder is loaded once…',
    sampleMissing: 'The sample picture could not be fetched. Check the connection, or choose a photo of your own.',
    drop: 'Let go to hang it',
    dropStyle: 'Let go to paint in this style',
    alt: (name: string) => `Your photo: ${name}`,
    notes: {
      animated: 'Moving picture: only its first frame is used.',
      transparent: 'Transparent parts stay transparent; the network sees the picture’s mean colour there.',
      reduced: (from: string, to: string) => `Opened at ${to} of ${from} pixels, to spare memory.`,
    },
  },

  styles: {
    heading: 'Style',
    help: 'Whose hand should paint it?',
    failed: 'The styles could not be fetched.',
    none: 'This server offers no paintings yet. A picture of your own works as a style.',
    retry: 'Try again',
    own: 'Your own style',
    ownHint: 'Any picture',
    mixed: (count: string) => `${count} styles are mixed (under Advanced). Choosing one here replaces the mix.`,
    live: 'Camera or video…',
    many: 'Many photos, or a video…',
  },

  technique: 'Technique',
  techniques,

  fast: {
    finer: 'Finer',
    finerIn: (time: string) => `Finer · about ${time}`,
    finerOnly: 'These settings show in the slow painting only: press Paint.',
    onePass: (size: string, time: string) => `${size} · in one pass, ${time}`,
  },

  yours: {
    name: 'Name',
    label: 'Yours',
    unknown: 'A style that is not here',
    export: 'Save the style as a file',
    delete: 'Delete the style',
    undo: 'Undo',
    needsFile:
      'This recipe paints in a style that somebody taught the network. Open its file first, under “Your own style”.',
  },

  share: {
    open: 'Share…',
    list: 'Your shares',
    showWaiting: 'Show',
    retryAfter: (sentence: string, time: string) => `${sentence} It can be tried again in ${time}.`,
    recipeTooLong: 'This recipe is too long for a link. Copy it as text instead.',
    recipeBroken: 'This recipe link is damaged or incomplete.',
    copied: 'Copied.',
    outboxAsk: 'A share is waiting to be sent.',
    remixed: (need: string) => `The recipe is in the controls. Not all of its pictures were shared. ${need}`,
  },

  frames: {
    region: 'Pictures of this result',
    words: {
      photo: 'Photo',
      saliency: 'Map',
      gradcam: 'Map',
      occlusion: 'Map',
      overlay: 'Overlay',
      shuffled: 'Shuffled',
      mask: 'Mask',
      cut: 'Cut-out',
      difference: 'Difference',
      step: 'Step',
      'not reached': 'not reached',
      none: 'None',

      blur: 'Blur',
      jitter: 'Jitter',
      'total variation': 'Total variation',
      Fourier: 'Fourier',
      all: 'All',
      'no octaves': 'No octaves',
      'no jitter': 'No jitter',
      'no normalisation': 'No normalisation',
      'no clipping': 'No clipping',
    },
    all: 'All',
    film: 'Film',
    play: 'Play',
    pause: 'Pause the film',
    speed: 'Speed',
    fps: (count: string) => `${count}/s`,
    frame: (index: string, count: string) => `frame ${index} of ${count}`,
    save: (format: string) => `Save ${format}`,
  },

  settings: {
    undo: 'Undo',
    redo: 'Redo',
    heading: 'Settings',
    size: 'Size',
    sizeHelp: 'Long side of the result. Twice the size is about four times the work.',
    sizeTooLarge: 'does not fit this device’s memory',
    advanced: 'Advanced',
    memory: (need: string, budget: string) => `Needs about ${need} of the ${budget} this device may spend.`,
    memoryCapped: (size: string) => `On this device up to ${size} pixels fit.`,
  },

  recipe: {
    copy: 'Copy recipe',
    copyFailed: 'The browser did not allow copying.',
    copied: 'Recipe copied.',
    loaded: 'Recipe loaded.',
    needsGuide: 'Recipe loaded. It dreams towards a picture of its author’s own: choose a guide picture.',
    needsStyle: 'Recipe loaded. It was painted with a picture of its author’s own: choose a style picture.',
    notJson: 'This text is not a recipe: it is not valid JSON.',
    field: (field: string) => `The recipe’s field “${field}” cannot be used. Correct it, then load it again.`,
    layer: (layer: string) => `The recipe names the layer “${layer}”, which this network does not have.`,
  },

  run: {
    needs: {
      photo: 'Hang a photo first.',
      style: 'Choose a style first.',
      look: 'This style came as a file: one pass only.',
      measured: 'This network needs a style of your own.',
      guide: 'Choose a guide picture first.',
      mask: 'Draw the mask of the recipe first.',
      start: 'There is no result to start from yet.',
    },
    pause: 'Pause',
    fits: (size: string) => `This size needs more memory than the device gave. At ${size} pixels it fits.`,
    lacksNetwork: (name: string) =>
      `The network ${name} could not be fetched. Check your connection and try again; what has arrived is kept.`,
    lacksStyle: (work: string) =>
      `What this needs of “${work}” could not be fetched. Check your connection and try again.`,
    resume: 'Go on',
    cancel: 'Stop',
    pausing: 'Paused',
    cancelling: 'Stopping, the last image is kept',
    phases: {
      device: 'Checking your device',
      weights: 'Fetching the network',
      'warm-up': 'Warming up',
      style: 'Studying the style',
      optimise: 'Painting',
      finish: 'Finishing',
    },
    progressTitle: (percent: string) => `${percent} · Reverie`,
    doneTitle: 'Done · Reverie',
    done: 'The painting is done.',
    stopped: 'Stopped. The last image is kept.',
    goesOn: 'The device failed on the way. The run goes on from its last image.',
    kept: 'The last image is kept.',
    smaller: (size: string) => `Try at ${size} pixels`,
    retry: 'Try again',
  },

  device: {
    heading: 'Runs on',
    unknown: 'Chosen when you add a photo',
    finding: 'Looking at your device…',
    webgpu: (description: string) => `Your GPU (${description})`,
    softwareGpu: (description: string) => `A GPU in software (${description}), slow`,
    wasm: 'Your processor (WASM), slower',
    cpu: 'Your processor (JavaScript), much slower',
    why: (name: BackendName, reason: string) =>
      `Why not the ${name === 'webgpu' ? 'GPU' : backendName[name]}: ${reason}`,
    reasons: {
      noWebGpu: 'this browser has no WebGPU',
      noAdapter: 'the browser found no graphics adapter it may use',
      wrong: 'its self-test came out wrong',
      late: 'it did not answer in time',
      slow: 'the processor is faster here, by a short measurement',
      failed: 'it stopped working',
    },
    advice: {
      browser:
        'A current Chrome, Edge, Safari or Firefox with graphics acceleration switched on paints many times faster.',
      driver: 'Pictures come out right without it, only slower. A newer browser or graphics driver often mends it.',
      again: 'It gets another chance when the page is reloaded; a smaller size asks less of it.',
    },
    failed: 'No way to compute was found on this device.',
  },

  result: {
    compare: 'Compare photo and painting',
    compareValue: (photo: string, painting: string) => `photo ${photo}, painting ${painting}`,
    before: 'Photo',
    after: 'Painting',
    savePng: 'Save PNG',
    saveJpeg: 'Save JPEG',
    more: 'More',
    copy: 'Copy picture',
    copied: 'Picture copied.',
    copyFailed: 'The browser did not allow copying. Save the picture instead.',
    alt: (title: string) => `Result: ${title}`,
    useAsPhoto: 'Use as photo',
    saveRecord: 'Save record',
    goOn: 'Go on',
    goOnHelp: 'More steps from this result',
    after_: (style: string) => `after ${style}`,
    facts: (size: string, steps: string, time: string) => `${size} · ${steps} steps · ${time}`,
    incomplete: 'unfinished',
  },

  help: {
    open: 'Help and shortcuts',
    close: 'Close',
  },

  offline: {
    update: 'A new version of Reverie is here. It comes with the next visit, or now:',
    reload: 'Reload',
    now: 'Offline',
    nowHelp: 'Without a network: what is stored on this device still paints. Sharing waits.',
  },

  notice: { dismiss: 'Dismiss', details: 'Technical details' },

  image: {
    tooSmall: (size: string, min: string) => `The picture is ${size} pixels. Each side must have at least ${min}.`,
    tooManyPixels: (size: string, side: string, megapixels: string) =>
      `The picture is ${size} pixels. Up to ${side} on a side and ${megapixels} megapixels in all can be opened: shrink it first.`,
    tooLong: (size: string, aspect: string) =>
      `The picture is ${size} pixels: too long and narrow to paint. One side may be at most ${aspect} times the other: crop it first.`,
    tooManyBytes: (bytes: string, max: string) => `The file has ${bytes}; up to ${max} can be opened.`,
    unsupported: (format: string) =>
      `${format} files cannot be opened here. Save it as JPEG, PNG or WebP and try again.`,
    heicFailed: 'This HEIC photo could not be opened. Export it as JPEG and try again.',
    empty: 'The file is empty. Choose another one.',
  },

  errors: {
    'image-not-an-image': 'This file is not a picture. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.',
    'image-unsupported': 'This kind of picture cannot be opened here. Save it as JPEG, PNG or WebP and try again.',
    'image-unreadable': 'This file was moved, or may not be read. Choose it again.',
    'image-truncated': 'The picture file is damaged or incomplete. Copy or download it again.',
    'image-too-small': 'The picture is too small to paint. Choose a larger one.',
    'image-too-long': 'The picture is too long and narrow to paint. Crop it first.',
    'image-too-large': 'The picture is too large to open here. Shrink or crop it first.',
    'recipe-invalid': 'The recipe has a value that cannot be used. Correct it, then load it again.',
    'recipe-version':
      'The recipe comes from another version of Reverie that this one cannot read. Reload the page to update.',
    'preset-unknown': 'This style is no longer offered here. Choose another one.',
    'network-unknown': 'This server does not have the network the recipe asks for.',
    'layer-unknown': 'The recipe names a layer that this network does not have.',
    'channel-silent': 'Nothing in this photo makes it answer. Choose another channel, layer or photo.',
    'relu-missing': 'This network has no ReLU. Use the plain gradient.',
    'pictures-too-few': 'This view compares pictures: give it more.',
    'classes-missing': 'This network knows no classes. Choose another photo to go towards.',
    'weights-invalid': 'The network’s file on the server is not in order. Tell the operator of this site.',
    'weights-network':
      'The network could not be fetched. Check your connection and try again; what has arrived is kept.',
    'style-invalid':
      'This is not a style that can be used here: what it says about its painting is damaged. Make it again from the painting.',
    'training-file-invalid':
      'This is not a style that can be used here: the file is damaged or something else, or the style was taught to another network.',
    'training-invalid': 'The training cannot start with these settings.',
    'weights-integrity': 'The network arrived damaged, twice. Try again in a while.',
    'backend-unavailable':
      'Nothing here can compute now: neither GPU nor processor passed the self-test. Reload the page; if that does not help, try a current browser.',
    'device-lost': 'The system took the GPU away, and nothing else could go on. Try again, perhaps smaller.',
    'out-of-memory': 'This size needs more memory than the device gave. Try a smaller one.',
    'numeric-failure': 'The computation went astray on this device. Try again, with another seed or less strength.',
    aborted: 'Stopped before there was an image to keep.',
    'worker-died': 'The painter’s process stopped unexpectedly. Try again.',
    'worker-timeout': 'The painter’s process did not answer. Try again, or reload the page.',
    busy: 'Another painting is still under way. Wait for it or stop it.',
    'share-invalid': 'The share has a value that the server does not take. Reload the page and try again.',
    'share-too-large': 'The pictures are too large to share. Paint at a smaller size.',
    'share-picture-refused': 'The server takes only plain JPEG, PNG and WebP pictures without metadata.',
    'share-hash-mismatch': 'A picture was damaged on its way. Try again.',
    'share-key-wrong': 'This key does not delete this share.',
    'uploads-disabled': 'Sharing is switched off on this server for now.',
    'rate-limited': 'Too many at once from your network. Try again in a while.',
    'origin-refused': 'The server takes this only from its own pages.',
    unavailable: 'The server cannot reach its storage, and nothing was kept. Try again in a moment.',
    gone: 'This has been deleted or has expired.',
    'camera-refused': 'The camera was refused. Allow it in the browser’s settings for this page, then try again.',
    'camera-missing': 'There is no camera, or another program uses it.',
    'network-failed': 'The connection failed. Nothing was lost; try again.',
    'not-found': 'This was not found on the server.',
    'method-not-allowed': 'The server does not allow this request.',
    'bad-request': 'The server did not understand the request. Reload the page.',
    usage: 'The command was not understood.',
    internal: 'Something unexpected went wrong. Try again; if it stays, reload the page.',
  } satisfies Record<ErrorCode, string>,

  works: {} as Readonly<Record<string, string>>,
};

export type FirstWords = typeof studio;
