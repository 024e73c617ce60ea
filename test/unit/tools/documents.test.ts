/** The documents that a maintainer looks for: links lead somewhere, and nothing points outside the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json';
import { root } from '../../../tools/setup/process.mjs';

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
const documents = tracked.filter((file) => file.endsWith('.md'));

it.each(documents)('%s links to files that are there', (document) => {
  const text = readFileSync(path.join(root, document), 'utf8').replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const local = targets.filter((target) => !/^([a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*/, ''));
  const missing = local.filter((target) => !existsSync(path.join(root, path.dirname(document), target)));
  expect(missing).toEqual([]);
});

it('has what a maintainer looks for, and says which licence and version it is', () => {
  const wanted = ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'CHANGELOG', 'SECURITY', 'THIRD_PARTY'];
  expect(documents).toEqual(expect.arrayContaining(wanted.map((name) => `${name}.md`)));
  expect(readFileSync(path.join(root, 'LICENSE'), 'utf8')).toContain('MIT License');
  expect(packageJson.license).toBe('MIT');
  expect(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${packageJson.version} `);
});

it('names every package that reaches a visitor or runs on the edge', () => {
  const notices = readFileSync(path.join(root, 'THIRD_PARTY.md'), 'utf8').toLowerCase();
  const names = Object.keys(packageJson.dependencies).map((name) => name.replace(/^@tensorflow\/.*/, 'tensorflow.js'));
  expect(names.filter((name) => !notices.includes(name.toLowerCase()))).toEqual([]);
});

it('points at nothing outside the repository', () => {
  const outside = /(^|[^.\w/])\.\.\/shared\/(README|DESIGN|notes|cases|images|prototypes|reference|weights)\b/;
  const texts = tracked.filter((file) => /\.(md|tsx?|mjs)$/.test(file) && existsSync(path.join(root, file)));
  expect(texts.filter((file) => outside.test(readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
