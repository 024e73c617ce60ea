/** Image files in Node: the command line, the presets and the tests read and write pictures through here. */
export { isFilmPath, writeFilm } from './film';
export { decodeImage, type ReadImage, readImage, readPhoto } from './read';
export { checkWritable, encodeImage, keepsTransparency, writeImage } from './write';
