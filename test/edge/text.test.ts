/** Titles and notes: what people write in any language passes, and nothing that hides. */
import { describe, expect, it } from 'vitest';
import { cleaned, isPlain } from '../../shared/text';

describe('text that people write', () => {
  it.each([
    '',
    'A town under stars',
    '별이 빛나는 밤 – 반 고흐',
    'Café “Noir”, 50 % & <b>',
    'नमस्ते दुनिया',
    'می‌خواهم',
    'שלום עולם',
    'สวัสดี',
    'Tiếng Việt',
    '👩‍🎨🏳️‍🌈 ❤️ 1️⃣ 🇰🇷 👍🏽',
    'e\u0301',
    '日本語 〜 ’n’',
    '©️ ™ ☎︎ #️⃣',
    'ำน้ำ  ไทย',
    '一二　三四',
    'ක්‍ෂ',
    'ᠮᠣᠩᠭᠣᠯ',
  ])('should pass: %s', (text) => {
    expect(isPlain(text)).toBe(true);
    expect(cleaned(text)).toBe(text);
  });

  it.each([
    ...['\u200b', '\u2060\u2060', '\u3164', 'abc\u061c123', 'a\u2028b', '\ud800', '\udc00x', '\u206a', 'x\u{e0061}'],
    ...['\u00ad', '\u115f', '\u1160', '\uffa0', '\u2800', '\u180e', '\u034f', '\u200e', '\u202eabc', '\u2066a\u2069'],
    ...[
      'a\u0000b',
      'a\nb',
      'a\tb',
      '\u0085',
      '\u009b',
      '\ufeff',
      '\ufff9x',
      '\ue000',
      '\u{f0000}',
      '\ufdd0',
      '\u{1fffe}',
    ],
    ...[
      '\u200d',
      'a\u200d',
      '\u200da',
      'a\u200d\u200db',
      '\ufe0f',
      'a\ufe0f',
      'a\ufe00',
      'a\u{e0100}',
      '\u0301',
      '\u{1d159}',
    ],
    // Between letters that it does not change, behind signs that have no picture, and in scripts of their own.
    ...['a\u200db', '별\u200d빛', 'a\u200cb', '1\ufe0f', '+\ufe0f', '\u{16fe4}x', 'a\ufffcb', 'e\u0301\u200db'],
    ...['ᠮ\u180b', 'a\u180f', '\u{1d173}x', '\u{13430}x', '\u{1bca0}x', '\u{e01ef}', 'a\u17b4', '\u2065x', '\ufff0x'],
    // Blanks that count as letters, joiners that count as marks, and what no version of Unicode has.
    ...['\u{13441}', 'a\u{13442}b', 'a\u2d7f', 'क\u{1107f}', 'a\u0378b', 'x\u{30000}\u{3fff0}', 'x\u{e01f5}'],
    // A mark that sits on what stands before the text, and blanks that push apart.
    ...['\u0301abc', '\u20ddabc', `a${'\u2003'.repeat(5)}b`, `a${'\u00a0'.repeat(70)}b`, `a${' '.repeat(9)}b`],
    ...['a\u0301\u0301\u0301\u0301\u0301\u0301', '🏴\u{e0067}\u{e0062}\u{e007f}', '\u00a0', '\u3000'],
  ])('should not pass: %j', (text) => {
    // Spaces alone are cut off before; alone they show nothing.
    expect(isPlain(text)).toBe(false);
    expect(isPlain(cleaned(text))).toBe(true);
  });
});
