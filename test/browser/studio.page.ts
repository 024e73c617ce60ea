/**
 * The studio as its tests see it. These `data-testid`s are stable: stage, empty, frame (data-state photo |
 * foretaste | painting | done), photo-canvas, painting-canvas, photo-input, style-input, camera-open with camera-dialog (data-running), camera-flip, camera-shoot, camera-photo, camera-retake,
 * camera-use, camera-error (data-code) and camera-input, sample, notice
 * (data-code), photo-label, photo-notes, painting-label, gallery, style-<preset id>, style-own (one for each style that was taught), style-own-picture (one for each painting of one's own), own-tools with own-name, own-export, own-delete, strength, size,
 * quality, style-scale, advanced, seed, dice, load-recipe, recipe-text, apply-recipe, copy-recipe, paint, pause,
 * cancel, run-status (data-phase, data-status), run-facts, divider, compare, save-png, zoom-fit, viewer-open, more, peek, device
 * (data-backend), language-toggle, theme-toggle, help-open, help, live.
 * Techniques: techniques, technique-<name>; dream-layer, dream-channels, dream-strength, dream-steps, dream-octaves,
 * dream-layers with dream-layer, dream-channels, dream-weight and dream-remove (of further rows with -<i>), dream-add,
 * dream-place, dream-place-photo, dream-place-x, dream-place-y; dream-guide, guide-input, guide-canvas, guide-drop, dream-frames, dream-zoom, dream-rotate; invert-layers,
 * invert-steps, invert-smoothness; texture-method, texture-layers, texture-ladder, texture-seamless, texture-steps,
 * texture-window, texture-patch, texture-aspect, texture-sample-size; see-view, see-layer, see-channel or see-class (-<number>), see-overlay, see-samples, see-max-channels,
 * see-steps; start, start-input, style-layers-open with content-layers and style-layers (-<layer>, -remove-<layer>, -add);
 * smoothness, colours, loss, pooling, optimiser, network; mix, mix-add, mix-weight-<i>,
 * mix-remove-<i>, mask-<i>; mask-editor with mask-canvas, mask-<shape>, mask-size, mask-softness, mask-erase,
 * mask-clear, mask-input, mask-done, mask-close. Results: frames, frame-all, frame-<i>, frame-label; film, film-play,
 * film-frame, film-fps, save-film-<format>; tiled, tiled-canvas; gram-cells, gram-panel with
 * gram-pair, gram-strongest, gram-map-<channel>, gram-patches; in more-actions: go-on, use-as-photo, save-jpeg, save-record,
 * copy-image, copy-painting-recipe.
 */
import type { Locator, Page } from 'playwright-core';
import { inject } from 'vitest';
import type { Upload } from './studio.pictures';
import { type LaunchOptions, launch, type Session } from './support/chromium';
import { noteRuns, paint } from './support/runs';

export interface Studio extends Session {
  at(testId: string): Locator;
  /** Chooses a photo as the file chooser would. */
  hang(file: Upload): Promise<void>;
  /** Pastes a recipe anywhere on the page. */
  load(recipe: object): Promise<void>;
  /** Presses Paint and waits for the end of the run that begins by it. */
  paint(): Promise<void>;
}

/** @param options.edge another than the one that all tests share @param options.sketches whether the first picture comes by itself; off unless asked for, since it comes at any moment @param options.keeps whether a visit is kept for the next */
export async function openStudio(
  options: LaunchOptions & { edge?: string; path?: string; sketches?: boolean; keeps?: boolean } = {},
): Promise<Studio> {
  const session = await launch(options);
  if (!options.sketches) await session.page.addInitScript("localStorage.setItem('reverie.sketch', 'off')");
  if (!options.keeps) await session.page.addInitScript("localStorage.setItem('reverie.keep-work', 'off')");
  await noteRuns(session.page);
  leaveSettled(session.page);
  const at = (testId: string) => session.page.getByTestId(testId);
  await session.page.goto((options.edge ?? inject('edgeUrl')) + (options.path ?? '/'));
  await at('action-bar').waitFor();
  return {
    ...session,
    at,
    hang: (file) => at('photo-input').setInputFiles(file),
    paint: () => paint(session.page),
    load: (recipe) =>
      session.page.evaluate(
        (json) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', json);
          document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        },
        JSON.stringify({ version: 2, ...recipe }),
      ),
  };
}

/** A dialog that closes takes a step back in history, which would overtake a page that is left at once. No person is so quick. */
function leaveSettled(page: Page): void {
  const settled = () =>
    page.waitForFunction(() => !history.state?.over, null, { timeout: 5000 }).catch(() => undefined);
  const [reload, goto] = [page.reload.bind(page), page.goto.bind(page)];
  page.reload = async (options) => {
    await settled();
    return reload(options);
  };
  page.goto = async (url, options) => {
    await settled();
    return goto(url, options);
  };
}
