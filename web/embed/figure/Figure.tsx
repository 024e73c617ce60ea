/** A live figure: its picture as it comes to be, one or two controls, the visitor's own photo. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { needsPhoto, wantsGuide } from '../../../shared/recipe/about';
import { chooseLanguage } from '../../../shared/words';
import { type LookWords, lookWords } from '../../../shared/words/looks';
import type { StudioWords } from '../../../shared/words/studio';
import { studioWords } from '../../../shared/words/studio';
import { Frames } from '../../page/looks/Frames';
import { Look } from '../../page/looks/Look';
import { FileButton } from '../../page/parts/FileButton';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { busy, cancel, preview, progress } from '../../page/run/drive';
import { describeError } from '../../page/words/describe';
import { formatInteger } from '../../page/words/format';
import { Controls } from './Controls';
import { tellHeight } from './host';
import { failure, photo, readAddress, recipe, result, run, stopped } from './state';

const language = chooseLanguage([document.documentElement.lang]);
const name = document.body.dataset.figure ?? '';

function Figure({ t, words }: { readonly t: LookWords; readonly words: StudioWords }) {
  const [frame, setFrame] = useState<number | null>(null);
  useEffect(() => setFrame(null), [result.value]);
  const now = progress.value;
  const done = result.value;
  const chosen = frame === null ? undefined : done?.frames[frame]?.pixels;
  const shown = busy.value ? (preview.value ?? done?.pixels) : (chosen ?? done?.pixels);
  const said = failure.value
    ? describeError(failure.value, words)
    : stopped.value
      ? t.figure.waits
      : busy.value
        ? now?.phase === 'optimise'
          ? t.figure.running(formatInteger(language, now.step), formatInteger(language, now.steps))
          : t.figure.begins
        : done
          ? t.figure.done
          : '';
  const looked = done?.data && ['occlusion', 'filters', 'map'].includes(done.data.kind) ? done.data : null;
  const looking = !busy.value && looked && recipe.value && photo.value && (
    <Look data={looked} photos={[photo.value]} size={recipe.value.size} language={language} />
  );
  return (
    <>
      {looking && done?.data?.kind === 'map' ? null : shown ? (
        <div class="picture">
          <PixelCanvas pixels={shown} label={document.title} testId="figure-picture" />
        </div>
      ) : (
        <img src={`/figures/${name}.webp`} alt={document.title} />
      )}
      {looking}
      <p role="status" data-testid="figure-said" data-busy={busy.value}>
        {said}
      </p>
      <div class="row">
        {busy.value ? (
          <button type="button" data-testid="figure-stop" onClick={cancel}>
            {t.figure.stop}
          </button>
        ) : (
          <button type="button" data-testid="figure-run" disabled={!recipe.value} onClick={() => void run()}>
            {t.figure.again}
          </button>
        )}
        {recipe.value && !busy.value && needsPhoto(recipe.value) && (
          <FileButton testId="figure-own" onFile={(own) => void run({}, { own })}>
            {t.figure.own}
          </FileButton>
        )}
        {recipe.value && !busy.value && wantsGuide(recipe.value) && (
          <FileButton testId="figure-second" onFile={(other) => void run({}, { other })}>
            {t.figure.second}
          </FileButton>
        )}
      </div>
      <Controls words={words} figure={name} />
      {!busy.value && done && <Frames frames={done.frames} words={words} chosen={frame} onChoose={setFrame} />}
    </>
  );
}

/** The first press has come. */
export async function open(heard: readonly MessageEvent<unknown>[]): Promise<void> {
  const [t, words] = await Promise.all([lookWords(language), studioWords(language)]);
  readAddress();
  const root = document.getElementById('figure');
  if (!root) return;
  root.replaceChildren();
  render(<Figure t={t} words={words} />, root);
  tellHeight(root, heard);
  await run();
}
