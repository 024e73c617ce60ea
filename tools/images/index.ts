/** Image files in Node: the command line, the presets and the tests read and write pictures through here. */

export { pictureExtensions, readableKinds } from './decoders';
export { decodeImage, type ReadImage, readImage, readPhoto, stdin } from './read';
export {
  checkWritable,
  encodeImage,
  isFilmPath,
  keepsTransparency,
  maxNameBytes,
  writableExtensions,
  writeFilm,
  writeImage,
} from './write';
