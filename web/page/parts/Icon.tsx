/** Line icons on a 20-pixel grid, drawn for this page. Always beside or instead of a translated name. */
const paths = {
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 1.8v1.7M10 16.5v1.7M1.8 10h1.7M16.5 10h1.7M4.2 4.2l1.2 1.2M14.6 14.6l1.2 1.2M4.2 15.8l1.2-1.2M14.6 5.4l1.2-1.2',
  moon: 'M16.4 12.2A7 7 0 0 1 7.8 3.6a7 7 0 1 0 8.6 8.6Z',
  help: 'M7.4 7.4a2.7 2.7 0 1 1 4 2.4c-.9.5-1.4 1-1.4 2.1M10 14.6v.1M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6Z',
  close: 'm5 5 10 10M15 5 5 15',
  dice: 'M4.5 3h11A1.5 1.5 0 0 1 17 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5v-11A1.5 1.5 0 0 1 4.5 3ZM7 7h.01M13 7h.01M10 10h.01M7 13h.01M13 13h.01',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4.2v11.6l9-5.8-9-5.8Z',
  stop: 'M5.5 5.5h9v9h-9z',
  camera: 'M3 6.5h3l1.3-2h5.4l1.3 2h3v9H3v-9ZM10 8.2a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z',
  plus: 'M10 4v12M4 10h12',
  compare: 'M10 2.5v15M7.5 5H3v10h4.5M12.5 5H17v10h-4.5',
  zoom: 'M3.5 8V3.5H8M12 3.5h4.5V8M16.5 12v4.5H12M8 16.5H3.5V12',
  fit: 'M8 3.5V8H3.5M16.5 8H12V3.5M12 16.5V12h4.5M3.5 12H8v4.5',
  open: 'M8 4.5H4v11.5h11.5V12M11.5 3.5h5v5M16.5 3.5 9.5 10.5',
  undo: 'M7 4 3.5 7.5 7 11M3.5 7.5h8a4.5 4.5 0 0 1 0 9H8',
  redo: 'M13 4l3.5 3.5L13 11M16.5 7.5h-8a4.5 4.5 0 0 0 0 9H12',
  save: 'M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13',
  share: 'M10 13V3.5M6.5 6.5 10 3l3.5 3.5M6 9H4v8h12V9h-2',
  more: 'M4 9.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2ZM10 9.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2ZM16 9.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2Z',
  grid: 'M3.5 3.5h5v5h-5ZM11.5 3.5h5v5h-5ZM3.5 11.5h5v5h-5ZM11.5 11.5h5v5h-5Z',
  copy: 'M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5V7Z',
  drag: 'M7.5 6 4 10l3.5 4M12.5 6l3.5 4-3.5 4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
