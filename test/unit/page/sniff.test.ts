/** Formats by their first bytes, and what must not pass for one. */
import { describe, expect, it } from 'vitest';
import { sniff } from '../../../web/engine/images/files/sniff';
import { bmp, bytes, gif, heif, jpeg, png, webp } from '../studio/files';

describe('sniff', () => {
  it.each([
    ['jpeg', jpeg(20, 20)],
    ['png', png(20, 20)],
    ['gif', gif(20, 20)],
    ['webp', webp(20, 20)],
    ['bmp', bmp(20, 20)],
    ['heic', heif('heic', 20, 20)],
    ['heic', heif('mif1', 20, 20, ['mif1', 'heic'])],
    ['avif', heif('avif', 20, 20)],
    ['avif', heif('mif1', 20, 20, ['mif1', 'avif'])],
    ['tiff', bytes('II*\0abcdefgh')],
    ['tiff', bytes('MM\0*abcdefgh')],
    ['psd', bytes('8BPS\0\x01')],
    ['jxl', bytes([0xff, 0x0a, 0x00])],
    ['svg', bytes('  <svg xmlns="x">')],
    ['svg', bytes('<?xml version="1.0"?>\n<!-- c -->\n<svg>')],
  ])('recognises %s', (format, file) => {
    expect(sniff(file)).toBe(format);
  });

  it.each([
    ['a text that begins with I', bytes('II am a text, not a TIFF')],
    ['a text that begins with BM', bytes('BMW is a car maker in Munich.')],
    ['a RIFF sound', bytes('RIFF....WAVEfmt ')],
    ['a video', heif('isom', 20, 20, ['mp42'])],
    ['a web page', bytes('<!doctype html><title>x</title>')],
    ['a PDF', bytes('%PDF-1.7')],
    ['two bytes', bytes([0xff, 0xd8])],
    ['nothing', bytes()],
  ])('does not take %s for a picture', (_, file) => {
    expect(sniff(file)).toBeNull();
  });
});
