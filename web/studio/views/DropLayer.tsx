/** Files and texts from anywhere: dropped on the page, or pasted. What a drop will do is said while it hovers. */
import { useEffect } from 'preact/hooks';
import { applyRecipe, takeFile } from '../state/actions';
import { dictionary } from '../state/language';
import { dragging } from '../state/view';

/** The page's own picture on its way out. */
let ours = false;
const onDragStart = () => {
  ours = true;
};
const onDragEnd = () => {
  ours = false;
};

const carriesFiles = (event: DragEvent) => !ours && (event.dataTransfer?.types.includes('Files') ?? false);

function targetOf(event: Event): 'photo' | 'style' {
  return event.target instanceof Element && event.target.closest('[data-drop=style]') ? 'style' : 'photo';
}

function onDragOver(event: DragEvent): void {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // or the browser opens the file in place of the page
  dragging.value = targetOf(event);
}

function onDragLeave(event: DragEvent): void {
  if (event.relatedTarget === null) dragging.value = 'no';
}

function onDrop(event: DragEvent): void {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dragging.value = 'no';
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void takeFile(file, targetOf(event));
}

function onPaste(event: ClipboardEvent): void {
  if (event.target instanceof Element && event.target.closest('textarea, input')) return;
  const [file] = event.clipboardData?.files ?? [];
  const text = event.clipboardData?.getData('text/plain').trim() ?? '';
  if (file) {
    event.preventDefault();
    // Browsers call every pasted picture "image.png".
    void takeFile(file.name === 'image.png' ? new File([file], '', { type: file.type }) : file, 'photo');
  } else if (text.startsWith('{')) {
    event.preventDefault();
    void applyRecipe(text);
  }
}

export function DropLayer() {
  useEffect(() => {
    document.addEventListener('dragstart', onDragStart);
    document.addEventListener('dragend', onDragEnd);
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    document.addEventListener('drop', onDrop);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('dragstart', onDragStart);
      document.removeEventListener('dragend', onDragEnd);
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('paste', onPaste);
    };
  }, []);
  const t = dictionary.value;
  if (dragging.value === 'no') return null;
  return (
    <div class="drop-layer" aria-hidden="true">
      <p>{dragging.value === 'style' ? t.photo.dropStyle : t.photo.drop}</p>
    </div>
  );
}
