/** The table of verbs, in the order in which help lists them. A new verb is a file here and a line below. */
import type { Verb } from '../verb';
import { dream } from './dream';
import { fast } from './fast';
import { invert } from './invert';
import { networks } from './networks';
import { record } from './record';
import { see } from './see';
import { style } from './style';
import { texture } from './texture';

export const verbs: readonly Verb[] = [style, fast, dream, invert, texture, see, record, networks];
