/**
 * Which way imports may run, types included (dependency-cruiser; part of `npm run check`):
 * `web/studio|share|embed → web/page → web/engine → shared ← worker`, and no circle anywhere.
 */

/** What each top room may import besides itself. `tools` is imported by nobody. */
const rooms = {
  shared: [],
  worker: ['shared'],
  'web/engine': ['shared'],
  'web/page': ['web/engine', 'shared'],
  'web/studio': ['web/page', 'web/engine', 'shared'],
  'web/share': ['web/page', 'web/engine', 'shared'],
  'web/embed': ['web/page', 'web/engine', 'shared'],
  'web/offline': ['shared'],
};

/** TODO of the re-cut: these look aside until web/page holds what they share. */
const aside = ['web/studio', 'web/share', 'web/embed'];

/** @type {(room: string, allowed: readonly string[], name: string) => object} */
const below = (room, allowed, name) => ({
  name,
  severity: aside.includes(room) ? 'warn' : 'error',
  from: { path: `^${room}/` },
  to: { path: '^(shared|worker|web|tools|test)/', pathNot: [room, ...allowed].map((each) => `^${each}/`) },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'warn', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) =>
      below(room, allowed, `${room.replace('/', '-')}-looks-down-only`),
    ),
  ],
  options: {
    includeOnly: '^(shared|worker|web|tools|test)/',
    exclude: { path: ['/dist/', '/assembly/', '\\.wasm', '\\?'] },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
