/** `/#remix=<id>` and `/#recipe=<packed>`: what a link brings into the studio. */
import { complain } from './notice';
import { openRecipeLink } from './recipeLink';

/** What the address asks for is taken out of it: a reload starts afresh. */
async function openAddress(): Promise<void> {
  const asked = new URLSearchParams(location.hash.slice(1));
  const [id, packed] = [asked.get('remix'), asked.get('recipe')];
  if (id === null && packed === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    if (packed !== null) await openRecipeLink(packed);
    else if (id !== null) await (await import('./remix')).remix(id);
  } catch (cause) {
    complain(cause);
  }
}

/** At the start, and when another such link is opened in the same tab. */
export async function followAddress(): Promise<void> {
  addEventListener('hashchange', () => void openAddress());
  await openAddress();
}
