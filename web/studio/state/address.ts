/** `/#remix=<id>` and `/#recipe=<packed>`: what a link brings into the studio; its packing is a chunk of its own. */
import { effect } from '@preact/signals';
import { firstTechnique, isTechnique, type TechniqueName } from '../../../shared/techniques';
import { applyRecipe } from './actions';
import { complain } from './notice';
import { chooseTechnique, tab } from './recipe';

/** @param packed what follows `#recipe=` */
export async function openRecipeLink(packed: string): Promise<void> {
  try {
    await applyRecipe(await (await import('../../page/run/recipeLink')).recipeOfLink(packed));
  } catch (cause) {
    complain(cause, { text: (t) => t.share.recipeBroken });
  }
}

/** What the address asks for is taken out of it: a reload starts afresh. */
async function openAddress(): Promise<void> {
  const asked = new URLSearchParams(location.hash.slice(1));
  const [id, packed] = [asked.get('remix'), asked.get('recipe')];
  if (id === null && packed === null) return;
  history.replaceState({ tab: true }, '', location.pathname + location.search);
  try {
    if (packed !== null) await openRecipeLink(packed);
    else if (id !== null) await (await import('./remix')).remix(id);
  } catch (cause) {
    complain(cause);
  }
}

const hashOf = (name: TechniqueName) => (name === firstTechnique ? '' : `#${name}`);

/** `/#dream`: the tab that the address names, where it names one. */
function openTab(): void {
  const name = location.hash.slice(1);
  if (name === '' ? history.state?.tab : isTechnique(name)) chooseTechnique(isTechnique(name) ? name : firstTechnique);
}

/**
 * At the start, when another such link is opened in the same tab, and with Back and Forward. The address follows the tab.
 * @returns once what it brings is in the controls
 */
export async function followAddress(): Promise<void> {
  addEventListener('hashchange', () => void openAddress());
  addEventListener('popstate', () => {
    if (hashOf(tab.peek()) !== location.hash) openTab();
  });
  openTab();
  await openAddress();
  effect(() => {
    const next = hashOf(tab.value);
    // Back has brought us here already.
    if (next === location.hash) return;
    if (!history.state?.tab) history.replaceState({ tab: true }, '');
    history.pushState({ tab: true }, '', next || location.pathname + location.search);
  });
}
