/** What is to be learned, on which photos, how thoroughly; and how long that takes here, measured before it starts. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { type OwnWay, ownWays } from '../../engine/train/own';
import { FileButton } from '../../page/parts/FileButton';
import { PixelCanvas } from '../../page/parts/PixelCanvas';
import { formatDecimal, formatDuration, formatInteger } from '../../page/words/format';
import { dictionary } from '../state/language';
import { decodeNamed, type Photo } from '../state/photo';
import { trainError } from '../state/training';
import { keptPhotos, trainingPhotos } from '../training/pictures';
import {
  expectedMs,
  forgetPainting,
  type Length,
  plannedLength as length,
  lengths,
  plannedName as name,
  plannedPainting as painting,
  plannedPhotos as photos,
  plannedWay as trains,
} from '../training/plan';
import { measureStep, startTraining, stepsOf } from '../training/session';
import { importStyle } from '../training/tools';
import { ChoiceField, TextField } from './fields/controls';

/** Of a step, by the way of training; the device does not change while the page lives. */
const measured = new Map<OwnWay, number>();

/** `?train-steps=30&train-crop=64`: for tests, and for who wants to try something. */
function askedFor(): { steps?: number; crop?: number } {
  const asked = new URLSearchParams(location.search);
  const number = (name: string) => {
    const value = Number(asked.get(`train-${name}`));
    return value > 0 ? { [name]: value } : {};
  };
  return { ...number('steps'), ...number('crop') };
}

export function TrainSetup({ onDone }: { readonly onDone: () => void }) {
  const t = dictionary.value;
  const step = useStepTime(painting, trains);
  const asked = askedFor();
  const steps = asked.steps ?? Math.round(stepsOf(trains.value) * lengths[length.value]);

  const attempt = async (work: () => Promise<void>) => {
    trainError.value = null;
    await work().catch((cause: unknown) => {
      trainError.value = ReverieError.from(cause);
    });
  };
  const choose = (file: File) =>
    attempt(async () => {
      const opened = await decodeNamed(file, file.name);
      if (!name.value) name.value = file.name.replace(/\.[a-z0-9]{2,5}$/i, '').slice(0, limits.train.maxNameLength);
      painting.value = opened;
    });
  const start = () => {
    const { value: chosen } = painting;
    if (!chosen) return;
    const options = { ...asked, trains: trains.value, steps };
    const named = name.value.trim() || t.training.untitled;
    const plan = { name: named, options, painting: chosen.pixels, photos: photos.value };
    void attempt(async () => {
      if (await startTraining(plan)) forgetPainting();
    });
  };

  return (
    <div class="train-setup">
      <p>{t.training.intro}</p>
      <div class="train-painting">
        {painting.value && (
          <PixelCanvas
            pixels={painting.value.pixels}
            label={name.value}
            testId="train-painting"
            class="train-picture"
          />
        )}
        <FileButton testId="train-painting-input" onFile={(file) => void choose(file)}>
          {painting.value ? t.training.otherPainting : t.training.painting}
        </FileButton>
      </div>
      {painting.value && (
        <>
          <TextField
            label={t.train.name}
            help={t.training.nameHelp}
            testId="train-name"
            eager
            value={name.value}
            onValue={(value) => {
              name.value = value.slice(0, limits.train.maxNameLength);
              return true;
            }}
          />
          <PhotosField photos={photos} attempt={attempt} />
          <ChoiceField
            label={t.training.way}
            help={t.training.wayHelp[trains.value]}
            testId="train-way"
            choices={ownWays.map((value) => ({ value, label: t.training.ways[value] }))}
            value={trains.value}
            onValue={(value) => {
              trains.value = value;
            }}
          />
          <ChoiceField
            label={t.training.length}
            help={t.training.lengthHelp(formatInteger(t.tag, steps))}
            testId="train-length"
            choices={(Object.keys(lengths) as Length[]).map((value) => ({ value, label: t.training.lengths[value] }))}
            value={length.value}
            onValue={(value) => {
              length.value = value;
            }}
          />
          <div class="train-begin">
            <p class="train-estimate" role="status" data-testid="train-estimate" data-ms={step ?? ''}>
              {step === 'measuring' && t.training.measuring}
              {step === 'unmeasured' && t.training.unmeasured}
              {typeof step === 'number' &&
                t.training.estimate(
                  formatDuration(t.tag, expectedMs(step, steps)),
                  formatDecimal(t.tag, step / 1000, step < 1000 ? 2 : 1),
                )}
            </p>
            <button
              type="button"
              class="primary"
              data-testid="train-start"
              disabled={step === 'measuring'}
              onClick={start}
            >
              {t.training.start}
            </button>
          </div>
        </>
      )}
      <p class="train-import">
        {t.training.importHelp}{' '}
        <FileButton
          class="link"
          testId="train-import"
          accept="*/*"
          onFile={(file) => {
            onDone();
            void importStyle(file);
          }}
        >
          {t.training.import}
        </FileButton>
      </p>
    </div>
  );
}

interface PhotosProps {
  readonly photos: Signal<readonly ArrayBuffer[] | null>;
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
}

function PhotosField({ photos, attempt }: PhotosProps) {
  const t = dictionary.value;
  const reading = useSignal(false);
  const take = (files: readonly File[]) =>
    attempt(async () => {
      reading.value = true;
      try {
        photos.value = await keptPhotos(files);
      } finally {
        reading.value = false;
      }
    });
  const count = formatInteger(t.tag, photos.value?.length ?? trainingPhotos.length);
  return (
    <div class="field">
      <h3 class="field-title">{t.training.photos}</h3>
      <p class="help" role="status" data-testid="train-photos" data-count={photos.value?.length ?? 0}>
        {reading.value
          ? t.training.reading
          : photos.value
            ? t.training.ownPhotos(count)
            : t.training.bundledPhotos(count)}
      </p>
      <div class="field-row wrap">
        <FileButton testId="train-photos-input" onFiles={(files) => void take(files)}>
          {t.training.choosePhotos}
        </FileButton>
        {photos.value && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              photos.value = null;
            }}
          >
            {t.training.useBundled}
          </button>
        )}
      </div>
    </div>
  );
}

/** Milliseconds of a step on this device. What could not be measured can be tried all the same. */
function useStepTime(painting: Signal<Photo | null>, trains: Signal<OwnWay>): number | 'measuring' | 'unmeasured' {
  const known = useSignal(0);
  const underWay = useSignal(false);
  const failed = useSignal<OwnWay | null>(null);
  useSignalEffect(() => {
    const [chosen, way] = [painting.value, trains.value];
    // One training at a time: the next begins when this one has ended.
    if (!chosen || underWay.value || measured.has(way) || failed.peek() === way) return;
    underWay.value = true;
    failed.value = null;
    measureStep({ ...askedFor(), trains: way }, chosen.pixels)
      .then(
        (ms) => {
          measured.set(way, ms);
          known.value++;
        },
        (cause: unknown) => {
          failed.value = way;
          const error = ReverieError.from(cause);
          if (error.code !== 'aborted') trainError.value = error;
        },
      )
      .finally(() => {
        underWay.value = false;
      });
  });
  // Read so that a new measure is shown.
  const step = known.value >= 0 ? measured.get(trains.value) : undefined;
  return step ?? (failed.value === trains.value ? 'unmeasured' : 'measuring');
}
