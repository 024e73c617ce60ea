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
  'web/atlas': ['web/page', 'web/engine', 'shared'],
  'web/offline': ['shared'],
};

/** The engine's inner order, from the bottom up: a room imports those before it. */
const engine = [
  'types',
  'kernels',
  'images',
  'weights',
  'device',
  'network',
  'objectives',
  'optimise',
  'transformer',
  'techniques',
  'train',
  'api',
  'host',
  'client',
];
const everywhere = '^(shared|worker|web|tools|test)/';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room.replace('/', '-')}-looks-down-only`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: { path: everywhere, pathNot: [room, ...allowed].map((each) => `^${each}/`) },
    })),
    ...engine.map((room, floor) => ({
      name: `engine-${room}-looks-down-only`,
      severity: 'error',
      from: { path: `^web/engine/${room}[./]` },
      to: { path: `^web/engine/(${engine.slice(floor + 1).join('|')})[./]` },
    })),
  ],
  options: {
    includeOnly: everywhere,
    exclude: { path: ['/dist/', '/assembly/', '\\.wasm', '\\?'] },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
