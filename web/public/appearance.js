// Runs before the first paint, so that a page chosen dark never flashes light. A file of its own because
// the content security policy allows no inline script; the studio takes over in state/theme.ts.
try {
  const theme = localStorage.getItem('reverie.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's choice holds.
}
