/** Parts of the page that are fetched when they are first wanted. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ReverieError } from '../../../shared/errors';
import { complain, dismissNotice } from '../state/notice';

/** A phone that changes networks, or a server that starts anew, is back by then. */
const waitsMs = [300, 1500];

async function insist<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const wait of waitsMs) {
    try {
      return await load();
    } catch {
      await new Promise((resume) => setTimeout(resume, wait));
    }
  }
  return load();
}

/**
 * @param load always the same function
 * @param onMissing takes back the wish, where it can be made again; otherwise a button that asks once more comes with the notice
 * @returns null until `wanted` was true once and the part has come. A part that does not come is asked for again, and then
 * said to be missing.
 */
export function useLazy<Part extends object>(
  wanted: boolean,
  load: () => Promise<Part>,
  onMissing?: () => void,
): Part | null {
  const part = useSignal<Part | null>(null);
  const fetchPart = async () => {
    try {
      part.value = await insist(load);
    } catch (cause) {
      const error = new ReverieError('network-failed', 'A part of the page could not be fetched.', { cause });
      complain(error, { actions: onMissing ? [] : [{ label: (t) => t.run.retry, act: again }] });
      onMissing?.();
    }
  };
  const again = () => {
    dismissNotice();
    void fetchPart();
  };
  useEffect(() => {
    if (wanted && !part.peek()) void fetchPart();
  }, [wanted]);
  return part.value;
}
