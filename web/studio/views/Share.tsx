/** The share dialog, which is fetched the first time it is asked for. */
import { closeSharing, sharing } from '../state/sharing';
import { useLazy } from './lazy';

const load = () => import('./ShareDialog');

export function Share() {
  const open = sharing.value.at !== 'closed';
  const View = useLazy(open, load, closeSharing)?.default;
  return open && View ? <View /> : null;
}
