/** What is sent, for how long, and then the link. A chunk of its own. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { type CreatedShare, shareTerms } from '../../../shared/share';
import { describeError } from '../i18n/describe';
import { formatDuration, formatInteger, formatPercent } from '../i18n/format';
import type { PreparedShare } from '../sharing/prepare';
import { RefusedForNow } from '../sharing/send';
import { dictionary, language } from '../state/language';
import { complain, confirm } from '../state/notice';
import { copyRecipeLink } from '../state/recipeLink';
import { painting } from '../state/run';
import {
  cancelSharing,
  closeSharing,
  deleteMine,
  dropWaiting,
  loadMine,
  mine,
  openSharing,
  outbox,
  sendWaiting,
  share,
  sharing,
} from '../state/sharing';
import { CheckField, ChoiceField } from './fields';
import { Icon } from './Icon';

type Term = PreparedShare['request']['termDays'];

export default function ShareDialog() {
  const t = dictionary.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    void loadMine();
  }, []);
  const state = sharing.value;
  return (
    <dialog
      ref={dialog}
      class="help-dialog share-dialog"
      data-testid="share-dialog"
      data-state={state.at}
      aria-labelledby="share-heading"
      onClose={closeSharing}
    >
      <header class="dialog-head">
        <h2 id="share-heading">{state.at === 'list' ? t.share.list : t.share.heading}</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t.help.close}
          data-testid="share-close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      {(state.at === 'form' || state.at === 'list') && state.error && <Refused error={state.error} />}
      {state.at === 'form' && <Form />}
      {state.at === 'sending' && <Sending sent={state.sent} />}
      {state.at === 'waiting' && <p data-testid="share-waiting">{t.share.waiting}</p>}
      {state.at === 'done' && <Done created={state.share} />}
      {state.at !== 'sending' && <Outbox />}
      <Mine />
    </dialog>
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
      <div class="field">
        <label for="share-title">{t.share.title}</label>
        <input
          id="share-title"
          data-testid="share-title"
          type="text"
          maxLength={limits.share.maxTitle}
          placeholder={t.share.titleHint}
          value={title.value}
          onInput={(event) => {
            title.value = event.currentTarget.value;
          }}
        />
      </div>
      <ChoiceField
        label={t.share.term}
        help={t.share.termHelp}
        testId="share-term"
        choices={shareTerms.map((days) => ({ value: days, label: t.share.days(formatInteger(t.tag, days)) }))}
        value={term.value}
        onValue={(days) => {
          term.value = days;
        }}
      />
      {(painting.value?.reel.length ?? 0) > 1 && (
        <CheckField
          label={t.share.film}
          help={t.share.filmHelp}
          testId="share-film"
          checked={withFilm.value}
          onValue={(checked) => {
            withFilm.value = checked;
          }}
        />
      )}
      {hasInputs && (
        <CheckField
          label={t.share.inputs}
          help={t.share.inputsHelp}
          testId="share-inputs"
          checked={withInputs.value}
          onValue={(checked) => {
            withInputs.value = checked;
          }}
        />
      )}
      <p class="help">{t.share.leaves}</p>
      <button type="submit" class="primary wide" data-testid="share-submit">
        {t.share.submit}
      </button>
      {recipe && (
        <p class="help">
          <button
            type="button"
            class="link small"
            data-testid="share-recipe-link"
            onClick={() => void copyRecipeLink(recipe)}
          >
            {t.share.recipeLink}
          </button>{' '}
          {t.share.recipeLinkHelp}
        </p>
      )}
    </form>
  );
}

function Refused({ error }: { readonly error: ReverieError }) {
  const t = dictionary.value;
  const sentence = describeError(error, t);
  return (
    <p class="share-error" role="alert" data-testid="share-error" data-code={error.code} title={error.message}>
      {error instanceof RefusedForNow
        ? t.share.retryAfter(sentence, formatDuration(t.tag, error.retryAfterSeconds * 1000))
        : sentence}
    </p>
  );
}

/** What waits for a connection; nothing is sent before the person says so. */
function Outbox() {
  const t = dictionary.value;
  if (outbox.value.length === 0) return null;
  return (
    <section class="share-mine" aria-label={t.share.outbox}>
      <p>{t.share.outbox}</p>
      <ul data-testid="share-outbox">
        {outbox.value.map((each) => (
          <li key={each.key}>
            <span class="share-name">{each.request.title || t.share.untitled}</span>
            <button type="button" data-testid="share-send-waiting" onClick={() => void sendWaiting(each)}>
              {t.share.sendWaiting}
            </button>
            <button type="button" class="quiet" data-testid="share-drop" onClick={() => void dropWaiting(each.key)}>
              {t.share.dropWaiting}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sending({ sent }: { readonly sent: number }) {
  const t = dictionary.value;
  return (
    <div data-testid="share-sending">
      <p>{t.share.sending(formatPercent(t.tag, sent))}</p>
      <progress class="share-progress" max={1} value={sent} aria-label={t.share.sendingName} />
      <button type="button" data-testid="share-cancel" onClick={cancelSharing}>
        {t.run.cancel}
      </button>
    </div>
  );
}

function Done({ created }: { readonly created: CreatedShare }) {
  const t = dictionary.value;
  const url = new URL(created.url, location.href).href;
  const embed = `<script async src="${location.origin}/embed.js"></script>\n<reverie-embed share="${created.id}"><a href="${url}">${url}</a></reverie-embed>`;
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      confirm((words) => words.share.copied);
    } catch (cause) {
      complain(cause, { text: (words) => words.recipe.copyFailed });
    }
  };
  return (
    <div data-testid="share-done">
      <p>{t.share.done}</p>
      <p>
        <a class="share-link" data-testid="share-link" href={url} target="_blank" rel="noopener">
          {url}
        </a>
      </p>
      <div class="field-row wrap">
        <button type="button" class="primary" data-testid="share-copy" onClick={() => void copy(url)}>
          {t.share.copyLink}
        </button>
        <button type="button" data-testid="share-copy-embed" onClick={() => void copy(embed)}>
          {t.share.copyEmbed}
        </button>
        {'share' in navigator && (
          <button type="button" onClick={() => void navigator.share({ url }).catch(() => {})}>
            {t.share.system}
          </button>
        )}
      </div>
      <p class="help">{t.share.keyHelp}</p>
      <p>
        <code class="share-key" data-testid="share-key">
          {created.deleteKey}
        </code>
      </p>
      <button type="button" class="quiet" onClick={openSharing}>
        {t.share.another}
      </button>
    </div>
  );
}

/** Shares made in this browser, with the way to take them back. */
function Mine() {
  const t = dictionary.value;
  if (mine.value.length === 0) {
    return sharing.value.at === 'list' && outbox.value.length === 0 ? <p class="help">{t.share.none}</p> : null;
  }
  const date = new Intl.DateTimeFormat(t.tag, { dateStyle: 'medium' });
  return (
    <section aria-labelledby="mine-heading" class="share-mine">
      <h3 id="mine-heading">{t.share.mine}</h3>
      <ul data-testid="my-shares">
        {mine.value.map((each) => (
          <li key={each.id}>
            <a href={each.url} target="_blank" rel="noopener">
              {each.title || t.share.untitled}
            </a>
            <span class="help">{t.share.until(date.format(new Date(each.expiresAt)))}</span>
            <button
              type="button"
              class="quiet"
              data-testid={`share-delete-${each.id}`}
              onClick={() => {
                deleteMine(each).then(
                  () => confirm((words) => words.share.deleted),
                  (cause: unknown) => complain(cause),
                );
              }}
            >
              {t.share.delete}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
