/** ImageNet's classes, for networks that tell them apart. A chunk of its own, fetched when such a layer is looked at. */
import { parseClasses } from '../../../../shared/imagenet';
import text from '../../../../shared/imagenet/classes.txt?raw';

export const classes = parseClasses(text);
