/**
 * The one message on show: an error with its way out, or a short confirmation. Texts are functions of the
 * dictionary, so that a message follows a language switch.
 */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import type { StudioWords } from '../../../shared/words/studio';
import { describeError } from '../../page/words/describe';

export interface NoticeAction {
  readonly label: (t: StudioWords) => string;
  readonly act: () => void;
}

export interface Notice {
  readonly text: (t: StudioWords) => string;
  /** Present for errors: the code for programs, the English message for the curious. */
  readonly error?: ReverieError;
  readonly actions: readonly NoticeAction[];
}

export const notice = signal<Notice | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;

/** A confirmation goes by itself. */
const confirmationMs = 6000;

export function dismissNotice(): void {
  clearTimeout(timer);
  notice.value = null;
}

/** A new run makes what was said of the last one old, but not what is still to be answered: a choice can paint by itself. */
export function dismissUnlessOffer(): void {
  const { error, actions = [] } = notice.peek() ?? {};
  if (error || actions.length === 0) dismissNotice();
}

export function confirm(text: (t: StudioWords) => string): void {
  clearTimeout(timer);
  notice.value = { text, actions: [] };
  timer = setTimeout(dismissNotice, confirmationMs);
}

/** Shows until answered, unless something more urgent is on show. */
export function confirmWith(text: (t: StudioWords) => string, actions: readonly NoticeAction[]): void {
  if (notice.value?.error || notice.value?.actions.length) return;
  clearTimeout(timer);
  const andClose = (act: () => void) => () => {
    dismissNotice();
    act();
  };
  notice.value = { text, actions: actions.map(({ label, act }) => ({ label, act: andClose(act) })) };
}

/** Shows until dismissed or replaced. @param text overrides the sentence that the code stands for. */
export function complain(
  cause: unknown,
  options: { text?: (t: StudioWords) => string; actions?: readonly NoticeAction[] } = {},
): void {
  clearTimeout(timer);
  const error = ReverieError.from(cause);
  notice.value = { error, text: options.text ?? ((t) => describeError(error, t)), actions: options.actions ?? [] };
}
