/** What the site's build does beside Vite's own work; the same for a build and for `npm run dev`. */
import type { Plugin } from 'vite';
import { embedScript } from './embedScript';
import { servedIndexes } from './indexes';
import { keptFiles } from './keptFiles';
import { pageParts } from './pageParts';
import { pageWords } from './pageWords';

export const sitePlugins = (): Plugin[] => [servedIndexes(), pageParts(), pageWords(), embedScript(), keptFiles()];
