/** Teaching the network a painting. */
import { trainOpen } from '../state/training';
import { LazyDialog } from './LazyDialog';

const load = () => import('./TrainDialog');

export const Train = () => <LazyDialog open={trainOpen} load={load} />;
