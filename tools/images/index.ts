/** Image files in Node: the command line, the presets and the tests read and write pictures through here. */
export { isFilmPath, writeFilm } from './film';
export { decodeImage, type ReadImage, readImage, readPhoto, stdin } from './read';
export { pictureExtensions, readableKinds } from './sniff';
export {
  checkWritable,
  encodeImage,
  keepsTransparency,
  maxNameBytes,
  stdio,
  writableExtensions,
  writeImage,
  writeWhole,
} from './write';
