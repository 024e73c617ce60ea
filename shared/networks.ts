/** Networks that the code goes by, apart from their schemas: a page that knows no schema library reads this. */

/** The network that looks at pictures unless a recipe says another. */
export const defaultNetwork = 'reverie-vgg';

/** The same with kinds of things told apart at its end: for views by class. */
export const kindsNetwork = 'reverie-kinds';

/** The architecture's name in a manifest, of a network that paints; its numbers are in the manifest's `transformer`. */
export const transformerArchitecture = 'transformer';

/** Of the network that paints in any style, whose graph is always the same. */
export const anyStyleArchitecture = 'any-style';

/** The tap of the networks that tell classes apart, whose channels are the classes. */
export const classLayer = 'classifier';
