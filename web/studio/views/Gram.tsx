/** The explorer of a Gram matrix, fetched when the first one hangs. */
import { gram } from '../state/gram';
import { useLazy } from './lazy';

const load = () => import('./GramExplorer');

/** Lies over the picture. */
export function GramCells() {
  const Cells = useLazy(gram.value !== null, load)?.Cells;
  return gram.value && Cells ? <Cells data={gram.value} /> : null;
}

/** Lies under it. */
export function GramPanel() {
  const Panel = useLazy(gram.value !== null, load)?.Panel;
  return gram.value && Panel ? <Panel data={gram.value} /> : null;
}
