/** ImageNet's classes, for networks that tell them apart. A chunk of its own, fetched when such a layer is looked at. */
import { parseClasses, parseKinds } from '../../../../shared/imagenet';
import text from '../../../../shared/imagenet/classes.txt?raw';
import kinds from '../../../../shared/imagenet/kinds.txt?raw';

export const classes = parseClasses(text);

/** Every list of names that there is, in the reader's language where it has been put into it. */
export const classLists = (language: string) => [classes, parseKinds(kinds, language)] as const;
