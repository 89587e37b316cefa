import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { breaches, type Convention, CONVENTIONS } from './house/conventions.ts';
import { circles, forbiddenArrow, ROOMS, roomOf, type Room } from './house/rooms.ts';
import { parseSource, readSources, type Source } from './house/sources.ts';

const sources = readSources('src', 'extension');

/** The files longer than 300 lines, each with the reason why it is one concept. */
const LONG: Readonly<Record<string, string>> = {};

describe('the arrows', () => {
  test('every file stands in a room, and every room holds files', () => {
    expect(
      sources.filter((source) => roomOf(source.path) === undefined).map((source) => source.path),
    ).toEqual([]);
    const inhabited = new Set(sources.map((source) => roomOf(source.path)));
    expect(Object.keys(ROOMS).filter((room) => !inhabited.has(room as Room))).toEqual([]);
  });

  test('no import is against the table', () => {
    expect(
      sources.flatMap((source) =>
        source.imports.map((one) => forbiddenArrow(source.path, one)).filter(Boolean),
      ),
    ).toEqual([]);
  });

  test('rooms do not import one another in a circle', () => {
    expect(circles(sources)).toEqual([]);
  });

  test('relative imports name an existing file, extension included', () => {
    const missing = sources.flatMap((source) =>
      source.imports
        .filter((one) => one.file !== undefined && !existsSync(new URL(`../${one.file}`, import.meta.url)))
        .map((one) => `${source.path} imports ${one.specifier}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the conventions', () => {
  test.each(CONVENTIONS)('$name', (convention) => {
    expect(breaches(sources, convention)).toEqual([]);
  });

  test('no file is longer than 300 lines without a listed reason, and no reason outlives its file', () => {
    const long = sources.filter((source) => source.lines > 300).map((source) => source.path);
    expect(long.toSorted()).toEqual(Object.keys(LONG).toSorted());
  });

  test('half of the files are shorter than 80 lines', () => {
    const lines = sources.map((source) => source.lines).toSorted((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(80);
  });
});

/** Code that breaks each convention, in a room where it counts: a check that cannot fail is none. */
const OFFENCES: Readonly<Record<Convention['name'], readonly string[]>> = {
  'time, timers and randomness come in through ports': [
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const a = Math.random();',
    'crypto.getRandomValues(new Uint8Array(1));',
    'globalThis.crypto.randomUUID();',
    'setTimeout(() => undefined, 1);',
    'export const a = performance.now();',
  ],
  'no any': ['export let a: any;', 'export const a = [] as any[];'],
  'no swallowed error': [
    'try { a(); } catch {}',
    'try { a(); } catch (error) { /* fine */ }',
    'a().catch(() => {});',
  ],
  'no HTML from strings': [
    'a.innerHTML = b;',
    'export const a = <p dangerouslySetInnerHTML={b} />;',
    'document.write(a);',
    'a["outerHTML"] = b;',
  ],
  "no postMessage to '*'": ["a.postMessage(b, '*');", "a.postMessage(b, { targetOrigin: '*' });"],
  'no barrel files': ["export * from './a.ts';\nexport { b } from './b.ts';"],
  'no default exports': ['export default 1;', 'const a = 1;\nexport { a as default };'],
};

describe('the checks themselves', () => {
  const offences = CONVENTIONS.flatMap((convention) =>
    (OFFENCES[convention.name] ?? []).map((code) => ({ convention, code })),
  );

  test.each(offences)('$convention.name: $code', ({ convention, code }) => {
    expect(breaches([parseSource('src/agent/offence.tsx', code)], convention)).toHaveLength(1);
  });

  test('every convention is shown to fail', () => {
    expect(Object.keys(OFFENCES).toSorted()).toEqual(
      CONVENTIONS.map((convention) => convention.name).toSorted(),
    );
  });

  test.each([
    ['src/protocol/a.ts', "import { b } from '../gaia/b.ts';"],
    ['src/gaia/a.ts', "export { b } from '../agent/b.ts';"],
    ['src/agent/a.ts', "import { b } from '../transports/b.ts';"],
    ['src/agent/a.ts', "const b = import('../transports/b.ts');"],
    ['src/agent/a.ts', "type B = import('../server/b.ts').B;"],
    ['src/agent/a.ts', "import { readFile } from 'node:fs';"],
    ['src/client/a.ts', "import { b } from '../gaia/b.ts';"],
    ['extension/content/a.ts', "import browser from 'webextension-polyfill';"],
    ['extension/page/a.ts', "import { b } from '../background/b.ts';"],
    ['extension/popup/a.tsx', "import { b } from '../../src/agent/owner-api.ts';"],
    ['extension/popup/a.tsx', "import type { B } from '../../src/agent/outbox.ts';"],
  ])('%s may not say %s', (path, code) => {
    expect(parseSource(path, code).imports.map((one) => forbiddenArrow(path, one))).toEqual([
      expect.any(String),
    ]);
  });

  test.each([
    ['src/agent/a.ts', "import { b } from './b.ts';"],
    ['src/agent/a.ts', "import { b } from '../gaia/b.ts';"],
    ['extension/popup/a.tsx', "import type { B } from '../../src/agent/owner-api.ts';"],
    ['extension/popup/a.tsx', "import { type B } from '../../src/agent/owner-api.ts';"],
  ])('%s may say %s', (path, code) => {
    expect(parseSource(path, code).imports.map((one) => forbiddenArrow(path, one))).toEqual([undefined]);
  });

  test('a circle of rooms is found', () => {
    const there: Source = parseSource('src/gaia/a.ts', "import '../agent/b.ts';");
    const back: Source = parseSource('src/agent/b.ts', "import '../gaia/a.ts';");
    expect(circles([there, back])).toEqual(['src/agent → src/gaia → src/agent']);
    expect(circles([there])).toEqual([]);
  });
});
