/** Two sentences about each painting that is a preset, by its id; fetched when somebody asks about one. */
export type WorkWords = Readonly<Record<string, string>>;

export const works: WorkWords = {
  mihrab:
    'A prayer niche from a school in Isfahan, put together from thousands of cut pieces of glazed tile. Its verses and stars are turquoise, white and deep blue.',
  'adoration-of-the-magi':
    'A window of coloured glass, painted and leaded in Austria at the end of the fourteenth century. Light itself is its paint: red, blue and green between black lines.',
  'laila-and-majnun':
    'A page from a manuscript of Nizami’s poems, painted in Herat: two children who will love each other sit at school. Every tile, book and leaf is drawn with a fine brush in opaque colour.',
  'girl-with-a-pearl-earring':
    'Vermeer painted no portrait of anybody we know here, but a head turning out of the dark. Soft edges, ultramarine and a few touches of white do it all.',
  'shipwreck-of-the-minotaur':
    'Turner fills the canvas with water, so that ship and boats are caught in one whirl. Spray and cloud are laid on thickly over dark greens and browns.',
  'sea-of-ice':
    'Slabs of ice pile up over a ship that is nearly gone. Friedrich had studied the ice floes on the Elbe for it.',
  'fine-wind-clear-morning':
    'Mount Fuji turns red in an early morning of late summer. The print is one of Hokusai’s Thirty-Six Views, cut in wood and printed in a few flat colours.',
  'great-wave':
    'A wave rears up over three boats, and Mount Fuji is a small hill behind it. Hokusai printed it with Prussian blue, then new in Japan.',
  shono:
    'Travellers and bearers run from a sudden rain on the Tōkaidō road. The slanting lines of rain and the grey bamboo were cut into separate blocks of wood.',
  'ninth-wave':
    'After a night of storm the sun breaks through, and people cling to a mast. Aivazovsky painted the sea from memory, in thin glazes of warm light.',
  'don-quixote':
    'One of the plates that Doré drew for Don Quixote, cut into wood by engravers. All light and shadow is made of fine black lines.',
  melancholy:
    'A hooded figure sits before a glowing disc. Redon drew mostly in black in those years, and let a little colour glow in it here.',
  'la-grande-jatte':
    'Parisians spend a Sunday on an island in the Seine. Seurat built them of small dots of pure colour, which mix in the eye.',
  'self-portrait':
    'Van Gogh painted himself often in Paris, for want of money for models. Short strokes of many colours run around face and coat.',
  'starry-night':
    'The view from the asylum at Saint-Rémy, painted by day from memory. Sky, hills and cypress are drawn in long strokes that turn about the stars.',
  'seated-demon':
    'A young giant sits among flowers like crystals, taken from a poem by Lermontov. Vrubel laid the paint on in small flat facets with a knife, as in a mosaic.',
  'the-scream':
    'Munch heard a scream go through nature on a walk at sunset. Sky, fjord and face are drawn with the same wavy lines.',
  'blue-dancers':
    'Four dancers settle their dresses before they go on stage. Degas drew them in pastel, hatching one bright colour over another.',
  'water-lily-bridge':
    'Monet had the pond and its Japanese bridge made in his garden at Giverny. Lilies and reflections cover the picture without a sky.',
  'houses-of-parliament':
    'London’s Parliament is a violet shadow in the fog. Monet painted the same view again and again from a window across the Thames.',
  'woman-with-a-hat':
    'Matisse painted his wife in colours that she never wore, green and pink in her face too. Critics of 1905 called such painters wild beasts, fauves.',
  'snake-charmer':
    'A dark figure plays the flute by moonlight, and snakes come. Rousseau, who had been a toll collector, knew the jungle only from gardens and books.',
  'the-kiss':
    'A couple kneels at the edge of a meadow, wrapped in gold. Klimt used real gold leaf, and covered their clothes with rectangles and circles.',
  'the-star':
    'A card of the tarot that Pamela Colman Smith drew in 1909. Black ink outlines are filled with flat bright colour, as in a comic.',
  'cap-negre':
    'The coast of Provence in watercolour: separate touches of clear colour on white paper. Cross left the paper bare where the light is strongest.',
  'composition-vii':
    'Kandinsky prepared it with many studies and painted it in four days in November 1913. Nothing in it is a thing; lines and colours meet like sounds.',
  udnie:
    'Picabia remembered a dancer on the ship to New York. Her movement became curved planes of steel and flesh colours.',
  'people-by-the-blue-lake':
    'People stand at a lake under trees, made of a few large shapes. Macke set pure blue, yellow and red side by side.',
  pandora:
    'Pandora holds her box in a shower of blossoms. In his late years Redon turned from black to colours like those of flowers.',
  'small-worlds-iv':
    'A colour lithograph of the time when Kandinsky taught at the Bauhaus. Circles, bars and a chequered strip float on white paper, like a poster of nothing.',
  'flash-over-the-bay':
    'A comic panel that Reverie drew itself, by code. Heavy outlines hold flat colours that are made of printed dots.',
};
