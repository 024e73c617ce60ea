/** The built site's scripts: a circle between two files lets one of them run before what it reads is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const assets = fileURLToPath(new URL('../../../web/dist/assets/', import.meta.url));

/** What a script imports before it runs; minified, so that these stand at its beginning. */
const importsOf = (script: string) =>
  [...script.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => name ?? '');

it('should import each other in no circle', () => {
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  const imports = new Map(scripts.map((name) => [name, importsOf(readFileSync(`${assets}${name}`, 'utf8'))]));
  expect(imports.size).toBeGreaterThan(20);
  const done = new Set<string>();
  const circle = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of imports.get(name) ?? []) {
      const found = circle(next, [...way, name]);
      if (found) return found;
    }
    done.add(name);
    return undefined;
  };
  expect(scripts.map((name) => circle(name, [])).find(Boolean)).toBeUndefined();
});
