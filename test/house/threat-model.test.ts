import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const TEXT = readFileSync('docs/threat-model.md', 'utf8');
const named = [...TEXT.matchAll(/`(test\/[^`]+\.test\.ts)` “([^”]+)”/g)].map(([, path = '', title = '']) => ({
  path,
  title,
}));
const rows = TEXT.split('\n').filter((line) => line.startsWith('| ') && line.includes('`test/'));

test('every test that the threat model names is there', () => {
  expect(named.length).toBeGreaterThan(30);
  const absent = named.filter(
    ({ path, title }) => !existsSync(path) || !readFileSync(path, 'utf8').includes(title),
  );
  expect(absent).toEqual([]);
});

test('every row of it names one', () => {
  const claims = TEXT.split('## The permissions')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| ---'));
  expect(claims).toEqual(rows);
});
