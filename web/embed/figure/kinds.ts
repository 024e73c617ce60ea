/** The names of kinds of things. A chunk of its own, fetched by figures that tell them apart. */
import { parseKinds } from '../../../shared/imagenet';
import text from '../../../shared/imagenet/kinds.txt?raw';

export const kindsIn = (language: string) => parseKinds(text, language);
