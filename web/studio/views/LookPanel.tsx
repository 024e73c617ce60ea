/** A view's picture, to be looked into: under the picture, where there is something to look into. */
import { useMemo } from 'preact/hooks';
import type { ViewData } from '../../engine/api';
import { compared } from '../state/compared';
import { dictionary } from '../state/language';
import { painting } from '../state/run';
import { useLazy } from './lazy';

/** What has a panel of its own; the others' frames say all. */
export const hasLook = ({ kind }: ViewData): boolean => ['occlusion', 'filters', 'map'].includes(kind);

const loadLook = () => import('../../page/looks/Look');

export function LookPanel({ data }: { readonly data: ViewData }) {
  const Look = useLazy(true, loadLook)?.Look;
  const done = painting.value;
  const photos = useMemo(() => [...(done?.photo ? [done.photo.pixels] : []), ...compared.peek()], [done]);
  if (!Look || !done) return null;
  return (
    <section class="strip look-panel" data-testid="look-panel">
      <Look data={data} photos={photos} size={done.recipe.size} language={dictionary.value.tag} />
    </section>
  );
}
