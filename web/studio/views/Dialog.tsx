/** A dialog with its name and a way out. Back closes it, as a phone's Back button is expected to, and the page stays. */
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../page/parts/Icon';
import { dictionary } from '../state/language';

interface Props {
  /** Test ids: of the dialog and, with `-close`, of the way out; its heading's id. */
  readonly name: string;
  readonly heading: string;
  readonly class?: string;
  readonly testId?: string;
  readonly data?: Readonly<Record<`data-${string}`, string | boolean>>;
  readonly dialog?: RefObject<HTMLDialogElement | null>;
  /** Files that are dropped on it; elsewhere they are the page's. */
  readonly onFiles?: (files: readonly File[]) => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

const dropping = (take: (files: readonly File[]) => void) => ({
  onDragOver: (event: DragEvent) => event.preventDefault(),
  onDrop: (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    take([...(event.dataTransfer?.files ?? [])]);
  },
});

export function Dialog({
  name,
  heading,
  class: className = '',
  testId = name,
  data,
  dialog,
  onFiles,
  onClose,
  children,
}: Props) {
  const own = useRef<HTMLDialogElement>(null);
  const ref = dialog ?? own;
  const close = () => ref.current?.close();
  // Before anything in it can be used: what closes it must find it open.
  useLayoutEffect(() => {
    ref.current?.showModal();
    history.pushState({ over: name }, '');
    addEventListener('popstate', close);
    return () => {
      removeEventListener('popstate', close);
      // Closed by another way: the step that Back would have taken is taken back.
      if (history.state?.over === name) history.back();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog ${className}`}
      data-testid={testId}
      {...data}
      aria-labelledby={`${name}-heading`}
      onClose={onClose}
      {...(onFiles && dropping(onFiles))}
    >
      <header class="dialog-head">
        <h2 id={`${name}-heading`}>{heading}</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={dictionary.value.help.close}
          data-testid={`${name}-close`}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
