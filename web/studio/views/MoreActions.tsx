/** The rest of what can be done with a finished painting, in a menu beside its other buttons. */
import { useRef } from 'preact/hooks';
import { canCopyImages } from '../../page/output/save';
import { FileButton } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { savePainting, takeFile } from '../state/actions';
import { copyRecipe } from '../state/copyRecipe';
import { dictionary } from '../state/language';
import { photo } from '../state/photo';
import { canGoOn, copyPainting, goOn, printable, saveRecord, saveVideo, takeAsPhoto } from '../state/resultActions';
import type { Painting } from '../state/run';
import { openCamera, printOpen } from '../state/view';

const menuId = 'more-actions';

/** Over or under its button, where there is more room; pixels from the window's borders. */
function placeAt(menu: HTMLElement, button: HTMLElement): void {
  const { top, right, bottom } = button.getBoundingClientRect();
  const above = top > innerHeight - bottom;
  Object.assign(menu.style, {
    right: `${Math.max(0, innerWidth - right)}px`,
    top: above ? 'auto' : `${bottom}px`,
    bottom: above ? `${innerHeight - top}px` : 'auto',
    maxHeight: `${above ? top : innerHeight - bottom}px`,
  });
}

const openPrint = () => {
  printOpen.value = true;
};

interface ActionProps {
  readonly testId: string;
  readonly name: string;
  readonly act: () => unknown;
}

function Action({ testId, name, act }: ActionProps) {
  return (
    <button
      type="button"
      class="quiet"
      data-testid={testId}
      popovertarget={menuId}
      popovertargetaction="hide"
      onClick={() => void act()}
    >
      {name}
    </button>
  );
}

export function MoreActions({ painting }: { readonly painting: Painting }) {
  const t = dictionary.value;
  const button = useRef<HTMLButtonElement>(null);
  const recipe = painting.record?.recipe;
  return (
    <>
      <button
        ref={button}
        type="button"
        class="quiet icon-only more"
        data-testid="more"
        popovertarget={menuId}
        aria-label={t.result.more}
        title={t.result.more}
      >
        <Icon name="more" />
      </button>
      <div
        id={menuId}
        class="more-actions"
        data-testid="more-actions"
        popover="auto"
        onBeforeToggle={(event) => {
          if (event.newState === 'open' && button.current) placeAt(event.currentTarget, button.current);
        }}
      >
        <FileButton class="quiet" testId="photo-input" onFile={(file) => void takeFile(file, 'photo')}>
          {photo.value ? t.photo.change : t.photo.choose}
        </FileButton>
        <Action testId="camera-open" name={t.photo.take} act={openCamera} />
        <Action testId="use-as-photo" name={t.result.useAsPhoto} act={takeAsPhoto} />
        {canGoOn.value && <Action testId="go-on" name={t.result.goOnHelp} act={goOn} />}
        <Action testId="save-jpeg" name={t.result.saveJpeg} act={() => savePainting('jpeg')} />
        {printable.value && <Action testId="print-open" name={t.print.open} act={openPrint} />}
        {painting.video && <Action testId="save-video" name={t.many.saveVideo} act={saveVideo} />}
        {canCopyImages() && <Action testId="copy-image" name={t.result.copy} act={copyPainting} />}
        {recipe && <Action testId="save-record" name={t.result.saveRecord} act={saveRecord} />}
        {recipe && <Action testId="copy-painting-recipe" name={t.recipe.copy} act={() => copyRecipe(recipe)} />}
      </div>
    </>
  );
}
