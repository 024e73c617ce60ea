/** What is said beside a view's picture, while it is looked into. */
const percent = (share: number) => `${Math.round(100 * share)} %`;

export const looks = {
  occlusion: {
    name: 'Cover a part of the photo',
    fell: (share: number) =>
      share >= 0
        ? `Covered here, the answer falls by ${percent(share)}.`
        : `Covered here, it rises by ${percent(-share)}.`,
  },
  filters: {
    name: 'Slide the kernel over the photo',
    channel: 'Channel',
    window: 'Window',
    weights: 'Weights',
    products: 'Products',
    sum: (sum: string, answer: string) => `Sum ${sum}, after the ReLU ${answer}`,
    strongest: (input: number, inputs: number) =>
      `Shown: input ${input} of ${inputs}, the strongest. The sum is of all.`,
  },
  map: {
    name: (count: number) => `A map of ${count} pictures`,
    help: 'Wheel or + and − zoom, dragging or arrow keys move.',
    closer: 'Closer',
    farther: 'Farther away',
  },
  figure: {
    again: 'Run again',
    stop: 'Stop',
    own: 'Your own photo',
    second: 'Another photo',
    running: (done: string, of: string) => `Step ${done} of ${of}`,
    begins: 'Getting ready…',
    done: 'Done.',
    waits: 'Another figure runs: this one was stopped.',
  },
  atlas: {
    title: 'What each channel likes best',
    intro:
      'Every channel of Reverie’s own network, each with the picture that makes it answer most, grown from noise by the engine.',
    layers: 'Layers',
    partners: 'Channels that answer with it, and the cosine of both',
    alone: 'None does.',
    places: 'Where it answers in Reverie’s sample picture',
    silent: 'Nowhere in it.',
    mine: 'Where does my photo answer?',
    dream: 'Dream with it',
    paint: 'Paint with its layer',
    invert: 'Invert through its layer',
    grow: 'Grow its picture',
    missing: 'There is no such layer or channel.',
  },
};
export type LookWords = typeof looks;
