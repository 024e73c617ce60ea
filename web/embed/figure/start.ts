/** All that a figure's frame loads until it is touched: the rest comes with the first press. */

/** What the page around has said before there is anybody to listen. */
const heard: MessageEvent<unknown>[] = [];
addEventListener('message', (event) => heard.push(event));

const start = document.getElementById('start') as HTMLButtonElement | null;
const begin = async () => {
  if (start) start.disabled = true;
  try {
    const { open } = await import('./Figure');
    await open(heard);
  } catch {
    // Asked for again by the next press.
    if (start) start.disabled = false;
  }
};
start?.addEventListener('click', () => void begin());
// Whoever pressed the picture on the page has pressed it here.
if (location.hash === '#play') void begin();
