/** Keys, how it works, what leaves the device. */
import { helpOpen } from '../state/view';
import { LazyDialog } from './LazyDialog';

const load = () => import('./HelpDialog');

export const Help = () => <LazyDialog open={helpOpen} load={load} />;
