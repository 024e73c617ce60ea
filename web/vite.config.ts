/**
 * The site's build. `index.html` loads the studio; the engine is a Web Worker in chunks of its own, one per
 * backend, so that the page is usable before any of it has arrived. Run through tools/build.ts, which adds
 * the lists of networks and presets.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

/** What the two bundles (page and workers) have in common. */
const bundle = {
  checks: { pluginTimings: false },
  onwarn(warning, report) {
    // libheif asks for Node's modules only when it runs in Node.
    if (warning.message.includes('externalized for browser') && warning.message.includes('libheif')) return;
    report(warning);
  },
} satisfies NonNullable<UserConfig['build']>['rolldownOptions'];

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: at('.'),
  publicDir: at('public'),
  // Absolute links: the same files serve pages at any depth.
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: at('dist'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // Data URLs in scripts are what the content security policy forbids, and a .wasm must stay a file.
    assetsInlineLimit: 0,
    // The polyfill is an inline fetch loop for browsers far older than WebGPU and WASM SIMD.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      ...bundle,
      input: {
        studio: at('index.html'),
        'not-found': at('404.html'),
        'figure-frame': at('figure-frame.html'),
        // Served at /atlas/… by the Worker.
        atlas: at('atlas.html'),
        'service-worker': at('offline/serviceWorker.ts'),
        // Pages that the Worker renders: tools/build/pageParts.ts tells it what these became.
        share: at('share/main.tsx'),
        'share-style': at('share/styles/page.css'),
        frame: at('embed/frame.tsx'),
        'frame-style': at('embed/frame.css'),
      },
      output: {
        // A service worker's name is its identity, and its folder its scope.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        // What the studio and its later chunks share is one file instead of twenty: it compresses better, and all of it is
        // needed at once anyway. Not what few visits ask for. What share pages and the frame take as well is a file of its own.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'state',
              test: /web\/studio\/(state\/(?!remix|openCompared|loadRecipe|chooseNetwork|copyRecipe|resultActions|film|partWords)|views\/(fields\/(controls|Field)|SizeField|Gallery|NoticeBar|lazy|lazyViews|LiveRegion)\.|sharing\/reel)/,
            },
            {
              // What drives a run, for the studio at once and for share pages when one is run.
              name: 'run',
              test: /web\/page\/(run\/|intake\/(fit|scale)|output\/save|words\/(describe|slider))|shared\/(recipe\/(continue|about)|techniques\/values|words\/studio)\./,
            },
            {
              name: 'page',
              test: /web\/page\/(parts\/|words\/format)|shared\/(limits|errors|backends|words\/index|networks|techniques\/(contract|style\/schema)|paths|objects|ownStyle|imagenet)\./,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es', rolldownOptions: bundle },
});
