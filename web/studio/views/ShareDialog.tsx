/** The picture itself where a system has a sheet for files; what is sent, for how long, and then the link. A chunk of its own. */
import '../state/partWords';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { shareTerms } from '../../../shared/share';
import { canShareFiles } from '../../page/output/save';
import { describeError } from '../../page/words/describe';
import { formatBytes, formatInteger, formatPercent } from '../../page/words/format';
import { loadMine, share } from '../sharing/attempt';
import type { PreparedShare } from '../sharing/prepare';
import { savePainting } from '../state/actions';
import { copyRecipeLink } from '../state/copyRecipe';
import { dictionary, language } from '../state/language';
import { painting } from '../state/run';
import { cancelSharing, closeSharing, sharing } from '../state/sharing';
import { Dialog } from './Dialog';
import { CheckField, ChoiceField } from './fields/controls';
import { NoticeBar } from './NoticeBar';
import { ShareDone } from './ShareDone';
import { MyShares, Outbox } from './ShareLists';

type Term = PreparedShare['request']['termDays'];

export default function ShareDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    void loadMine();
  }, []);
  const state = sharing.value;
  const { at } = state;
  const error = 'error' in state ? state.error : undefined;
  const opened = useRef({ at, error });
  // What was pressed is gone with the step that it ended: the next one's first sentence is read instead.
  useEffect(() => {
    if (opened.current.at === at && opened.current.error === error) return;
    opened.current = { at, error };
    dialog.current?.querySelector<HTMLElement>('[data-lead]')?.focus();
  }, [at, error]);
  return (
    <Dialog
      name="share"
      testId="share-dialog"
      class="share-dialog"
      heading={state.at === 'list' ? t.share.list : t.sharing.heading}
      data={{ 'data-state': state.at }}
      dialog={dialog}
      onClose={closeSharing}
    >
      {error && <Refused error={error} />}
      {state.at === 'form' && <Form />}
      {state.at === 'sending' && <Sending sent={state.sent} />}
      {state.at === 'waiting' && (
        <p tabIndex={-1} data-lead data-testid="share-waiting">
          {t.sharing.waiting}
        </p>
      )}
      {state.at === 'done' && <ShareDone created={state.share} request={state.request} />}
      {state.at !== 'sending' && <Outbox />}
      <MyShares />
      {/* What the page says is not seen behind a dialog. */}
      <NoticeBar />
    </Dialog>
  );
}

function Form() {
  const t = dictionary.value;
  const title = useSignal('');
  const term = useSignal<Term>(30);
  const withInputs = useSignal(false);
  const withFilm = useSignal(true);
  const hasInputs = Object.values(painting.value?.inputs ?? {})
    .flat()
    .some(Boolean);
  const recipe = painting.value?.record?.recipe;
  const submit = (event: Event) => {
    event.preventDefault();
    const choice = { title: title.value.trim(), language: language.value, termDays: term.value };
    void share({ ...choice, withFilm: withFilm.value, withInputs: withInputs.value });
  };
  return (
    <form onSubmit={submit} data-testid="share-form">
      {canShareFiles() && (
        <>
          <button
            type="button"
            class="primary wide"
            data-testid="share-picture"
            onClick={() => void savePainting('jpeg')}
          >
            {t.sheet.picture}
          </button>
          <h3>{t.sheet.link}</h3>
        </>
      )}
      <div class="field">
        <label for="share-title">{t.sharing.title}</label>
        <input
          id="share-title"
          data-testid="share-title"
          type="text"
          maxLength={limits.share.maxTitle}
          placeholder={t.sharing.titleHint}
          value={title.value}
          onInput={(event) => {
            title.value = event.currentTarget.value;
          }}
        />
      </div>
      <ChoiceField
        label={t.sharing.term}
        help={t.sharing.termHelp}
        testId="share-term"
        choices={shareTerms.map((days) => ({ value: days, label: t.sharing.days(formatInteger(t.tag, days)) }))}
        value={term.value}
        onValue={(days) => {
          term.value = days;
        }}
      />
      {(painting.value?.reel.length ?? 0) > 1 && (
        <CheckField
          label={t.sharing.film}
          help={t.sharing.filmHelp}
          testId="share-film"
          checked={withFilm.value}
          onValue={(checked) => {
            withFilm.value = checked;
          }}
        />
      )}
      {hasInputs && (
        <CheckField
          label={t.sharing.inputs}
          help={t.sharing.inputsHelp}
          testId="share-inputs"
          checked={withInputs.value}
          onValue={(checked) => {
            withInputs.value = checked;
          }}
        />
      )}
      {hasInputs && withInputs.value && <InputsFidelity />}
      <p class="help">{t.sharing.leaves}</p>
      <button type="submit" class="primary wide" data-testid="share-submit">
        {t.sharing.submit}
      </button>
      {recipe && (
        <div class="share-recipe-link">
          <button
            type="button"
            class="link small"
            data-testid="share-recipe-link"
            onClick={() => void copyRecipeLink(recipe)}
          >
            {t.sharing.recipeLink}
          </button>
          <p class="help">{t.sharing.recipeLinkHelp}</p>
        </div>
      )}
    </form>
  );
}

/** Whether others can paint the very picture from what is sent; nothing before that is known. */
function InputsFidelity() {
  const t = dictionary.value;
  const of = painting.value;
  const sent = useSignal<{ readonly bytes: number; readonly exact: boolean } | null>(null);
  useEffect(() => {
    if (!of) return;
    const measure = async () => {
      const { encodeInputs } = await import('../sharing/prepare');
      const all = (await encodeInputs(of)).map(({ encoded }) => encoded);
      sent.value = {
        bytes: all.reduce((sum, { blob }) => sum + blob.size, 0),
        exact: all.every(({ exact }) => exact),
      };
    };
    // What cannot be made small enough at all is said when it is sent.
    measure().catch(() => {});
  }, [of, sent]);
  const known = sent.value;
  return (
    <p class="help inputs-fidelity" role="status" data-testid="share-inputs-fidelity" data-exact={known?.exact}>
      {known && (known.exact ? t.sharing.inputsExact : t.sharing.inputsCompressed)(formatBytes(t.tag, known.bytes))}
    </p>
  );
}

function Refused({ error }: { readonly error: ReverieError }) {
  const t = dictionary.value;
  return (
    <p
      class="share-error"
      role="alert"
      tabIndex={-1}
      data-lead
      data-testid="share-error"
      data-code={error.code}
      title={error.message}
    >
      {describeError(error, t)}
    </p>
  );
}

function Sending({ sent }: { readonly sent: number }) {
  const t = dictionary.value;
  return (
    <div data-testid="share-sending">
      <p tabIndex={-1} data-lead>
        {t.sharing.sending(formatPercent(t.tag, sent))}
      </p>
      <progress class="share-progress" max={1} value={sent} aria-label={t.sharing.sendingName} />
      <button type="button" data-testid="share-cancel" onClick={cancelSharing}>
        {t.run.cancel}
      </button>
    </div>
  );
}
