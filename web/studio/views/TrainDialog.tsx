/** Teaching the network a painting: what it learns on, how long that takes, and watching it. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../page/parts/Icon';
import { describeError } from '../../page/words/describe';
import { formatPercent } from '../../page/words/format';
import { dictionary } from '../state/language';
import { trainError, trained, training, trainOpen } from '../state/training';
import { allTrainings, forgetTraining, type KeptTraining } from '../training/library';
import { continueTraining } from '../training/session';
import { Dialog } from './Dialog';
import { TrainDone } from './TrainDone';
import { TrainProgress } from './TrainProgress';
import { TrainSetup } from './TrainSetup';

export default function TrainDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const [now, done] = [training.value, trained.value];
  const close = () => dialog.current?.close();
  return (
    <Dialog
      name="train"
      testId="train-dialog"
      class="train-dialog"
      heading={t.training.heading}
      data={{ 'data-state': now?.status ?? (done ? 'done' : 'setup') }}
      dialog={dialog}
      onClose={() => {
        trainOpen.value = false;
      }}
    >
      {trainError.value && (
        <p class="share-error" role="alert" data-testid="train-error" data-code={trainError.value.code}>
          {describeError(trainError.value, t)}
        </p>
      )}
      {now && <TrainProgress training={now} />}
      {!now && done && <TrainDone style={done} onClose={close} />}
      {!now && !done && <Unfinished />}
      {!now && !done && <TrainSetup onDone={close} />}
    </Dialog>
  );
}

/** Those that were left, in this tab or another, today or before. */
function Unfinished() {
  const t = dictionary.value;
  const list = useSignal<readonly KeptTraining[]>([]);
  const load = async () => {
    list.value = await allTrainings();
  };
  useEffect(() => void load(), []);
  if (list.value.length === 0) return null;
  return (
    <section class="share-mine" data-testid="train-unfinished">
      <h3>{t.training.unfinished}</h3>
      <ul>
        {list.value.map((kept) => (
          <li key={kept.id}>
            <span class="share-name">
              {kept.name} · {formatPercent(t.tag, kept.step / kept.options.steps)}
            </span>
            <button type="button" data-testid="train-continue" onClick={() => void continueTraining(kept)}>
              <Icon name="play" />
              {t.training.goOn}
            </button>
            <button
              type="button"
              class="quiet"
              data-testid="train-forget"
              onClick={() => void forgetTraining(kept.id).then(load)}
            >
              {t.training.discard}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
