/** Fetches the mask editor the first time it is asked for. */
import { maskEdited } from '../state/masks';
import { photo } from '../state/photo';
import { useLazy } from './lazy';

const load = () => import('./MaskEditor');

export function MaskDialog() {
  const index = maskEdited.value;
  const View = useLazy(index !== null, load, () => {
    maskEdited.value = null;
  })?.default;
  const over = photo.value?.pixels;
  return index !== null && View && over ? <View index={index} over={over} /> : null;
}
