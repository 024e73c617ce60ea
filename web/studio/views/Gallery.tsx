/**
 * The gallery: the person's photo in every style, as a radio group over the paintings on offer, pictures of one's own and the
 * styles that were taught. Before there is a photo, each hangs there as Reverie painted the sample.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isOwnStyle } from '../../../shared/ownStyle';
import { presetPaths } from '../../../shared/paths';
import { museumName } from '../../../shared/words/studio';
import { addressOf } from '../../page/parts/blobAddress';
import { FileButton, pictures, styleFiles } from '../../page/parts/FileButton';
import { Icon } from '../../page/parts/Icon';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { formatInteger } from '../../page/words/format';
import { takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { ownPaintingOf, ownPaintings } from '../state/ownPaintings';
import { ownStyleById, ownStyles } from '../state/ownStyles';
import { chooseFast, chooseOwn, choosePreset, chosenStyle, recipes, styleRecipe, technique } from '../state/recipe';
import { askAgain } from '../state/sketch';
import { loadPresets, presets } from '../state/styles';
import { type Hand, keyOfHand, tiles, wantTile } from '../state/tiles';
import { openLive, openMany } from '../state/view';
import { useLazy } from './lazy';

interface TileProps {
  readonly hand: Hand;
  /** Of the radio group. */
  readonly name: string;
  readonly value: string;
  readonly checked: boolean;
  readonly work: string;
  readonly painter: string;
  readonly colour?: string;
  readonly testId: string;
  readonly onChoose: () => void;
  /** Of the painting itself, until the photo is painted so. */
  readonly children?: ComponentChildren;
}

/** Painted when it is first seen. */
function Tile({ hand, name, value, checked, work, painter, colour = '', testId, onChoose, children }: TileProps) {
  const label = useRef<HTMLLabelElement>(null);
  const painted = tiles.value.get(keyOfHand(hand));
  useEffect(() => {
    if (!label.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      wantTile(hand);
    });
    observer.observe(label.current);
    return () => observer.disconnect();
  }, [keyOfHand(hand)]);
  // Also the one that was chosen elsewhere, by a loaded recipe or at the start; the page itself does not scroll for it.
  useEffect(() => {
    const strip = label.current?.closest('.gallery');
    if (!checked || !strip || !label.current) return;
    strip.scrollLeft +=
      label.current.getBoundingClientRect().left - strip.getBoundingClientRect().left - strip.clientWidth / 3;
  }, [checked]);
  return (
    <label
      ref={label}
      class="card"
      title={work}
      data-testid={testId}
      data-style={value}
      data-painted={painted !== undefined}
    >
      <input
        type="radio"
        name={name}
        value={value}
        checked={checked}
        onChange={onChoose}
        // The choice that is there already, once more: whatever hangs by now gives way to it.
        onClick={() => checked && askAgain()}
      />
      <span class="card-picture" style={{ '--colour': colour }}>
        {painted ? <PixelCanvas pixels={painted} label="" testId={`${testId}-tile`} /> : children}
      </span>
      <span class="card-label">
        <span class="card-work">{work}</span>
        <span class="card-painter">{painter}</span>
      </span>
    </label>
  );
}

/** Empty frames hold the place of the paintings, so that nothing moves when these arrive, or do not. */
const placeholders = Array.from({ length: 9 }, (_, index) => index);

function Message({ testId, text }: { readonly testId: string; readonly text: string }) {
  return (
    <div class="gallery-message" role="status" data-testid={testId}>
      <p>{text}</p>
      <button type="button" data-testid="styles-retry" onClick={() => void loadPresets()}>
        {dictionary.value.styles.retry}
      </button>
    </div>
  );
}

interface RowProps {
  /** Of the radio group, and of the tiles for tests. */
  readonly name: string;
  /** The id of a preset or of a style that was taught; null while a mixture or a picture of one's own is chosen. */
  readonly chosen: string | null;
  readonly onPreset: (id: string) => void;
  readonly onOwn: (id: string) => void;
  /** More tiles, before the others. */
  readonly children?: ComponentChildren;
}

export function Tiles({ name, chosen, onPreset, onOwn, children }: RowProps) {
  const t = dictionary.value;
  const state = presets.value;
  const list = state.status === 'ready' ? state.list : [];
  const picture = (src: string) => <img src={src} alt="" loading="lazy" decoding="async" width={160} height={160} />;
  return (
    <div class="gallery-frames">
      <div class="gallery">
        {children}
        {ownStyles.value.map(({ id, name: work, picture: src }) => (
          <Tile
            key={id}
            name={name}
            value={id}
            checked={id === chosen}
            work={work}
            hand={id}
            testId={`${name}-own`}
            painter={t.yours.label}
            onChoose={() => onOwn(id)}
          >
            {src && picture(src)}
          </Tile>
        ))}
        {list.map(({ id, work, painter, year, colour, thumbnail }) => (
          <Tile
            key={id}
            name={name}
            value={id}
            checked={id === chosen}
            colour={colour}
            hand={{ preset: id, weight: 1 }}
            testId={`${name}-${id}`}
            work={museumName(t, work)}
            painter={`${museumName(t, painter)}, ${year}`}
            onChoose={() => onPreset(id)}
          >
            {picture(presetPaths.file(thumbnail))}
          </Tile>
        ))}
        {list.length === 0 &&
          placeholders.map((index) => (
            <span key={index} class="card placeholder" aria-hidden="true">
              <span class="card-picture" />
              <span class="card-label" />
            </span>
          ))}
      </div>
      {state.status === 'failed' && <Message testId="styles-failed" text={t.styles.failed} />}
      {state.status === 'ready' && list.length === 0 && <Message testId="styles-none" text={t.styles.none} />}
    </div>
  );
}

/** Pictures of the visitor's own: tiles like the others, after the one that adds some. */
function OwnTiles() {
  const t = dictionary.value;
  const chosen = chosenStyle.value;
  return (
    <>
      <FileButton
        class="card card-button"
        testId="style-input"
        accept={`${pictures},${styleFiles}`}
        onFile={(file) => void takeFile(file, 'style')}
      >
        <span class="card-picture">
          <Icon name="plus" />
        </span>
        <span class="card-label">
          <span class="card-work">{t.styles.own}</span>
          <span class="card-painter">{t.styles.ownHint}</span>
        </span>
      </FileButton>
      {ownPaintings.value.map(({ id, image, name, thumbnail }) => (
        <Tile
          key={id}
          name="style"
          value={id}
          testId="style-own-picture"
          work={name}
          painter={t.yours.label}
          checked={typeof chosen === 'object' && chosen !== null && 'image' in chosen && chosen.image === image}
          hand={{ image, weight: 1 }}
          onChoose={() => chooseOwn(image)}
        >
          {thumbnail && <img src={addressOf(thumbnail)} alt="" decoding="async" />}
        </Tile>
      ))}
    </>
  );
}

const loadTools = () => import('./OwnTools');

export function Gallery() {
  const t = dictionary.value;
  const inFast = technique.value === recipes.value.fast.technique;
  const mixed = inFast ? recipes.value.fast.styles.length : styleRecipe.value.styles.length;
  const single = chosenStyle.value;
  const [fast] = recipes.value.fast.styles;
  const preset = typeof single === 'object' && single && 'preset' in single ? single.preset : null;
  const chosen = mixed !== 1 ? null : inFast ? (fast?.style ?? null) : preset;
  const own = chosen !== null && isOwnStyle(chosen) ? ownStyleById(chosen) : undefined;
  const image = !inFast && typeof single === 'object' && single && 'image' in single ? single.image : null;
  const painting = ownPaintingOf(image);
  const Tools = useLazy(own !== undefined || painting !== undefined, loadTools);
  return (
    <section class="block gallery-block" aria-labelledby="styles-heading">
      <h2 id="styles-heading" class="visually-hidden">
        {t.styles.heading}
      </h2>
      <div
        role="radiogroup"
        aria-labelledby="styles-heading"
        aria-busy={presets.value.status === 'loading'}
        data-testid="gallery"
        data-drop="style"
      >
        <Tiles name="style" chosen={chosen} onPreset={choosePreset} onOwn={chooseFast}>
          <OwnTiles />
        </Tiles>
      </div>
      {mixed > 1 && (
        <p class="help" data-testid="styles-mixed">
          {t.styles.mixed(formatInteger(t.tag, mixed))}
        </p>
      )}
      {own && Tools && <Tools.OwnStyleTools id={own.id} />}
      {painting && Tools && <Tools.PaintingTools painting={painting} />}
    </section>
  );
}

/** Other ways from a photo to a painting. */
export function MoreWays() {
  const t = dictionary.value;
  return (
    <div class="gallery-more">
      <button type="button" class="quiet" data-testid="live-open" onClick={openLive}>
        <Icon name="camera" />
        {t.styles.live}
      </button>
      <button type="button" class="quiet" data-testid="many-open" onClick={openMany}>
        <Icon name="grid" />
        {t.styles.many}
      </button>
    </div>
  );
}
