/** The camera's view. */
import { liveOpen } from '../state/live';
import { LazyDialog } from './LazyDialog';

const load = () => import('./LiveDialog');

export const Live = () => <LazyDialog open={liveOpen} load={load} />;
