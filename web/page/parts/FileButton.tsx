/** A button that opens the system's file chooser or camera. The input itself stays out of sight and of the tab order. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** HEIC is listed so that desktops offer it; iOS converts to JPEG by itself for such lists (WebKit). */
export const pictures =
  'image/jpeg,image/png,image/webp,image/gif,image/avif,image/bmp,image/tiff,image/heic,image/heif,.heic,.heif';

/** What a browser keeps of a style, on its way to another. */
export const styleFiles = '.reverie-style';

interface Props {
  readonly class?: string;
  readonly testId: string;
  /** Take a new photo instead of choosing one. */
  readonly camera?: boolean;
  /** All files of a folder. */
  readonly folder?: boolean;
  /** Pictures, if not said. */
  readonly accept?: string;
  readonly onFile?: (file: File) => void;
  /** Instead of `onFile`: any number at once. */
  readonly onFiles?: (files: readonly File[]) => void;
  readonly children: ComponentChildren;
}

export function FileButton({
  class: className = '',
  testId,
  camera = false,
  folder = false,
  accept = pictures,
  onFile,
  onFiles,
  children,
}: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={className} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        class="hidden-file"
        type="file"
        accept={accept}
        data-testid={testId}
        multiple={onFiles !== undefined}
        tabIndex={-1}
        aria-hidden="true"
        {...(folder ? { webkitdirectory: true } : {})}
        {...(camera ? { capture: 'environment' as const } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          const [file] = files;
          // The same file may be chosen twice in a row.
          event.currentTarget.value = '';
          if (file) onFile?.(file);
          if (file) onFiles?.(files);
        }}
      />
    </>
  );
}
