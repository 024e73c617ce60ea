/** What the file names of paintings leave out: the names a museum would write. */

export interface Work {
  readonly id: string;
  readonly work: string;
  readonly painter: string;
  readonly year: number;
}

/** By the first part of the file name `work--painter-year.jpg`. */
const titles: Readonly<Record<string, { work: string; painter: string }>> = {
  'composition-vii': { work: 'Composition VII', painter: 'Wassily Kandinsky' },
  'great-wave': { work: 'The Great Wave off Kanagawa', painter: 'Katsushika Hokusai' },
  'la-grande-jatte': { work: 'A Sunday on La Grande Jatte', painter: 'Georges Seurat' },
  'self-portrait': { work: 'Self-Portrait', painter: 'Vincent van Gogh' },
  'shipwreck-of-the-minotaur': { work: 'The Shipwreck of the Minotaur', painter: 'J. M. W. Turner' },
  'starry-night': { work: 'The Starry Night', painter: 'Vincent van Gogh' },
  'the-scream': { work: 'The Scream', painter: 'Edvard Munch' },
  udnie: { work: 'Udnie', painter: 'Francis Picabia' },
  'woman-with-a-hat': { work: 'Woman with a Hat', painter: 'Henri Matisse' },
};

const capitalised = (words: string): string =>
  words
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

/** Reads `work--painter-year.ext`; null when the name says less than that. */
export function workOf(fileName: string): Work | null {
  const match = /^(?<id>[a-z0-9-]+?)--(?<painter>[a-z0-9-]+)-(?<year>\d{4})\.\w+$/.exec(fileName);
  const { id, painter, year } = match?.groups ?? {};
  if (!id || !painter || !year) return null;
  return { id, year: Number(year), work: capitalised(id), painter: capitalised(painter), ...titles[id] };
}
