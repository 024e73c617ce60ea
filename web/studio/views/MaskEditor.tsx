/** Draws where a style paints: by finger, pen or mouse; by ready shapes for the keyboard; or from a file. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Pixels } from '../../engine/api';
import { fitWithin } from '../../page/intake/fit';
import { FileButton } from '../../page/parts/FileButton';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { formatPercent } from '../../page/words/format';
import { type Brush, clear, fillShape, maskShapes, type Point, readMask, showMask, stroke } from '../output/mask';
import { cutOut, Strokes } from '../output/scissors';
import { dictionary } from '../state/language';
import { keyOf, maskEdited, maskSide, masks, setMask } from '../state/masks';
import { complain } from '../state/notice';
import { decodeNamed, photo } from '../state/photo';
import { styleRecipe } from '../state/recipe';
import { Dialog } from './Dialog';
import { CheckField, RangeField } from './fields/controls';

const close = () => {
  maskEdited.value = null;
};

export default function MaskEditor({ index, over }: { readonly index: number; readonly over: Pixels }) {
  const t = dictionary.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Point | null>(null);
  const drawn = useRef<Pixels | null>(null);
  const size = useSignal(0.15);
  const softness = useSignal(0.5);
  const erase = useSignal(false);
  const cutting = useSignal(false);
  const sides = fitWithin(over.width, over.height, maskSide);
  const strokes = useMemo(() => new Strokes(sides), [over]);
  const context = () => canvas.current?.getContext('2d', { willReadFrequently: true }) ?? null;

  /** Remembers what was drawn: a crash of the GPU empties all canvases. */
  const change = (how: (drawing: CanvasRenderingContext2D) => void) => {
    const drawing = context();
    if (!drawing) return;
    how(drawing);
    drawn.current = readMask(drawing);
  };

  useEffect(() => {
    const style = styleRecipe.peek().styles[index];
    const before = style && masks.peek()[keyOf(style)];
    if (before) change((drawing) => showMask(drawing, before));
    canvas.current?.addEventListener('contextrestored', () => {
      const { current } = drawn;
      if (current) change((drawing) => showMask(drawing, current));
    });
  }, []);

  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return {
      x: ((event.clientX - box.left) / box.width) * sides.width,
      y: ((event.clientY - box.top) / box.height) * sides.height,
    };
  };
  const draw = (event: PointerEvent) => {
    const drawing = context();
    const to = pointOf(event);
    if (!drawing || !last.current) return;
    const brush: Brush = { size: size.value, softness: softness.value, erase: erase.value };
    stroke(drawing, last.current, to, brush);
    strokes.stroke(last.current, to, brush);
    last.current = to;
  };
  const endStroke = () => {
    last.current = null;
    change(() => {});
  };
  /** All at once, in place of what was drawn. */
  const begin = (how: (drawing: CanvasRenderingContext2D) => void) => {
    change(how);
    strokes.begin(drawn.current && canvas.current);
  };
  const load = async (file: File) => {
    try {
      const { pixels } = await decodeNamed(file, file.name);
      begin((drawing) => showMask(drawing, pixels));
    } catch (cause) {
      complain(cause);
    }
  };
  /** The subject, found; what the brush drew stays part of it, what it erased stays out, and both mend the next cut. */
  const cut = async () => {
    const drawing = context();
    if (!drawing) return;
    cutting.value = true;
    try {
      const mask = await cutOut(over, strokes.read());
      change((on) => showMask(on, mask));
    } catch (cause) {
      complain(cause);
    } finally {
      cutting.value = false;
    }
  };
  const done = () => {
    const drawing = context();
    if (drawing && photo.peek()?.pixels === over) setMask(index, readMask(drawing));
    close();
  };

  return (
    <Dialog name="mask" testId="mask-editor" class="mask-dialog" heading={t.mask.heading} onClose={close}>
      <p>{t.mask.help}</p>
      <div class="mask-frame">
        <PixelCanvas class="mask-photo" pixels={over} label="" testId="mask-photo" />
        <canvas
          ref={canvas}
          class="mask-canvas"
          data-testid="mask-canvas"
          role="img"
          aria-label={t.mask.heading}
          width={sides.width}
          height={sides.height}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            last.current = pointOf(event);
            draw(event);
          }}
          onPointerMove={draw}
          onPointerUp={endStroke}
          onPointerCancel={endStroke}
        />
      </div>
      <fieldset class="field">
        <legend>{t.mask.shapes}</legend>
        <div class="chips">
          {maskShapes.map((shape) => (
            <button
              key={shape}
              type="button"
              data-testid={`mask-${shape}`}
              onClick={() => begin((drawing) => fillShape(drawing, shape, softness.value))}
            >
              {t.mask.shapeNames[shape]}
            </button>
          ))}
        </div>
      </fieldset>
      <RangeField
        label={t.mask.size}
        help={t.mask.sizeHelp}
        testId="mask-size"
        min={0.02}
        max={0.5}
        step={0.01}
        value={size.value}
        text={formatPercent(t.tag, size.value)}
        onValue={(value) => {
          size.value = value;
        }}
      />
      <RangeField
        label={t.mask.softness}
        help={t.mask.softnessHelp}
        testId="mask-softness"
        min={0}
        max={1}
        step={0.05}
        value={softness.value}
        text={formatPercent(t.tag, softness.value)}
        onValue={(value) => {
          softness.value = value;
        }}
      />
      <CheckField
        label={t.mask.erase}
        help={t.mask.eraseHelp}
        testId="mask-erase"
        checked={erase.value}
        onValue={(value) => {
          erase.value = value;
        }}
      />
      <div class="field-row wrap">
        <button type="button" class="primary" data-testid="mask-done" onClick={done}>
          {t.mask.done}
        </button>
        <button type="button" data-testid="mask-clear" onClick={() => begin(clear)}>
          {t.mask.clear}
        </button>
        <button type="button" data-testid="mask-cut" disabled={cutting.value} onClick={() => void cut()}>
          {t.mask.cut}
        </button>
        <FileButton testId="mask-input" onFile={(file) => void load(file)}>
          {t.mask.load}
        </FileButton>
      </div>
    </Dialog>
  );
}
