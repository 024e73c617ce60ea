/** The chosen style's name as captions and file names give it, following a language switch. */
import type { Dictionary } from '../../../shared/words/index';
import { museumName } from '../../../shared/words/ko/works';
import { chosenStyle } from './recipe';
import { ownStyle, presetById } from './styles';

/** Fixed at the time of the call: a painting keeps the style it was made in. */
export function styleLabel(): (t: Dictionary) => string {
  const style = chosenStyle.value;
  if (style === 'own') {
    const name = ownStyle.value?.name;
    return (t) => name?.(t) ?? t.styles.own;
  }
  if (style === null || style === 'mixed') return (t) => t.styles.own;
  const preset = presetById(style.preset);
  return (t) => museumName(t.tag, preset?.work ?? style.preset);
}
