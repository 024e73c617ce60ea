/** Parts of the page that are fetched when they are first wanted. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { complain } from '../state/notice';

/**
 * @param load always the same function
 * @returns null until `wanted` was true once and the part has come; a part that does not come is said to be missing.
 */
export function useLazy<Part extends object>(wanted: boolean, load: () => Promise<Part>): Part | null {
  const part = useSignal<Part | null>(null);
  useEffect(() => {
    if (!wanted || part.peek()) return;
    load().then((loaded) => {
      part.value = loaded;
    }, complain);
  }, [wanted]);
  return part.value;
}
