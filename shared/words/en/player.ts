/** Every text that the share page's and the frame's scripts add, in English; its type is what a translation must have. */
export const player = {
  tag: 'en',

  views: { label: 'What is shown', picture: 'Picture', film: 'Replay', compare: 'Before, after' },

  film: {
    region: 'How it was painted',
    play: 'Play',
    pause: 'Pause',
    again: 'Play again',
    scrub: 'Moment of the painting',
    at: (step: string, steps: string) => `step ${step} of ${steps}`,
    loss: (value: string) => `loss ${value}`,
    curve: 'The loss from step to step; logarithmic',
    failed: 'The film could not be fetched. Check the connection and try again.',
  },

  compare: {
    label: 'Compare',
    before: 'Before',
    after: 'After',
    original: 'Shared',
    yours: 'Yours',
  },

  live: {
    heading: 'Paint it here',
    intro: 'The same recipe and the same seed, computed on this device while you watch. Nothing leaves it.',
    introOwn:
      'The photo was not shared, but its recipe was: try it on a photo of your own. Nothing leaves this device.',
    introNothing: 'This picture was grown from nothing but its recipe and its seed. Grow it again, on this device.',
    ownStyle:
      'Painted in a style that somebody taught the network in their own browser. The style stays there, so it cannot be painted again here.',
    severalPhotos:
      'It compares several photos. They were not shared, so this very picture cannot be made again here; but its recipe was: try it on a photo of your own, whose parts are compared then. Nothing leaves this device.',
    impossible: 'It was made with pictures that were not shared, so it cannot be painted again here.',
    start: 'Paint it live',
    own: 'Try it on your photo',
    ownShort: 'Your photo',
    cancel: 'Stop',
    back: 'Back to the shared picture',
    backShort: 'Back',
    save: 'Save PNG',
    opening: 'Opening the photo…',
    loading: 'Loading the engine…',
    stopped: 'Stopped; the last image is kept.',
    done: 'The painting is done.',
    region: 'Painting live',
    step: (step: string, steps: string) => `${step} of ${steps}`,
    remaining: (time: string) => `about ${time} left`,
    bytes: (loaded: string, total: string) => `${loaded} of ${total}`,
    on: (device: string, time: string) => `${device}, ${time}`,
    backends: { webgpu: 'Your GPU', wasm: 'Your processor', cpu: 'Your processor (slow)' },
    smaller: (size: string) => `Does not fit this device’s memory at full size: painted at ${size} pixels.`,
    preview: 'The painting as it grows',
    result: 'The picture that this device painted',
    otherWeights: 'This server has other weights than the picture was made with, so yours may differ.',
  },

  likeness: {
    region: 'How alike they are',
    words: {
      same: 'The same picture',
      close: 'Nearly the same picture',
      alike: 'Alike, with other strokes',
      different: 'A different picture',
    },
    why: {
      same: 'What differs is rounding, and the compression of the stored picture.',
      close: 'Another device computes in another order; small differences grow on the way.',
      alike: 'Another device’s rounding led it to other strokes.',
      different: 'The network, the photo or the version is not the one that it was made with.',
    },
    compressed:
      'What it was painted from was too large to be shared without loss and came compressed; that is part of the difference.',
    ssim: (value: string) => `Structural similarity ${value}`,
    psnr: (value: string) => `PSNR ${value} dB`,
    equal: 'equal to the bit',
    difference: 'Show the difference',
    sideBySide: 'Compare the two',
    differenceAlt: (gain: string) => `The difference of the two pictures, ${gain} times as bright as it is`,
    differenceNote: (gain: string) => `Differences, ${gain} times brighter`,
  },

  share: {
    link: 'Copy link',
    embed: 'Copy embed code',
    sheet: 'Share…',
    copied: 'Copied.',
    byHand: 'The browser did not allow copying. Copy it from here:',
  },

  report: {
    open: 'Report this picture',
    heading: 'Report this picture',
    help: 'Whoever runs this server will look at it; meanwhile the picture may be covered.',
    reason: 'Reason',
    reasons: {
      illegal: 'Against the law',
      hateful: 'Hateful or violent',
      sexual: 'Sexual',
      private: 'Shows somebody against their will',
      copyright: 'Infringes a copyright',
      other: 'Something else',
    },
    details: 'Anything to add',
    send: 'Report',
    cancel: 'Cancel',
    sent: 'Thank you. It will be looked at.',
  },

  remove: {
    heading: 'This is your share',
    help: 'Your link holds the key that deletes it. Deleting cannot be undone; the page and its pictures are gone at once.',
    remove: 'Delete it',
    really: 'Really delete',
    keep: 'Keep it',
    done: 'Deleted. Nothing of it is kept.',
  },

  embed: { open: 'Open on Reverie' },
  /** The facade, before the frame: put into its script by the build, so plain text. */
  widget: { run: 'Run it here', play: 'Watch it being painted', title: 'A picture made with Reverie' },
  dismiss: 'Dismiss',
};

export type PlayerWords = typeof player;
