/** The photo in every style at once, large enough to choose by. A chunk of its own. */
import '../state/partWords';
import { useRef } from 'preact/hooks';
import { dictionary } from '../state/language';
import { chooseFast, choosePreset, chosenStyle } from '../state/recipe';
import { stylesOpen } from '../state/view';
import { Dialog } from './Dialog';
import { Tiles } from './Gallery';

export default function StylesDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const single = chosenStyle.value;
  const hangs = (choose: (id: string) => void) => (id: string) => {
    choose(id);
    dialog.current?.close();
  };
  return (
    <Dialog
      name="styles"
      testId="styles-dialog"
      class="styles-dialog"
      heading={t.viewer.styles}
      dialog={dialog}
      onClose={() => {
        stylesOpen.value = false;
      }}
    >
      <div role="radiogroup" aria-labelledby="styles-heading">
        <Tiles
          name="all"
          chosen={typeof single === 'object' && single && 'preset' in single ? single.preset : null}
          onPreset={hangs(choosePreset)}
          onOwn={hangs(chooseFast)}
        />
      </div>
    </Dialog>
  );
}
