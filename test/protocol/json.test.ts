import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integer, parseJson, parseJsonObject } from '../../src/protocol/json.ts';
import { codeOf, outcomeOf } from './support.ts';

test('reads every JSON value as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
    }),
  );
});

test('whatever comes is a value or malformed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.uint8Array(),
        fc.json().map((text) => text.slice(0, -1)),
      ),
      async (input) => {
        expect(['accepted', 'malformed']).toContain(await outcomeOf(() => parseJson(input, 'x')));
      },
    ),
  );
});

describe('duplicate member names', () => {
  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":[{"a":1,"b":{"a":1},"a":2}]}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\"b":1,"a\\"b":2}',
  ])('%s', async (text) => {
    expect(await codeOf(() => parseJson(text, 'x'))).toBe('malformed');
  });

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a:"}',
    '{"a":"\\"b\\":","b":1}',
  ])('none in %s', (text) => {
    expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
  });

  test('are found wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.json({ maxDepth: 3 }), async (name, value) => {
        const text = `[{${JSON.stringify(name)}:${value},"other name":[],${JSON.stringify(name)} : 0}]`;
        expect(await codeOf(() => parseJson(text, 'x'))).toBe('malformed');
      }),
    );
  });
});

test.each(['1.0', '1e0', '1E2', '-1', '-0', '0.5', '9007199254740992', '"1"', 'null', 'true', '1e400'])(
  '%s is no integer',
  async (written) => {
    const object = parseJsonObject(`{"n":${written}}`, 'x');
    expect(await codeOf(() => integer(object, 'n', 'x'))).toBe('malformed');
  },
);

test.each([0, 1, Number.MAX_SAFE_INTEGER])('%s is an integer', (value) => {
  expect(integer(parseJsonObject(`{"n":${value}}`, 'x'), 'n', 'x')).toBe(value);
});

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

test('nesting ends at 64 levels, without a stack overflow', async () => {
  expect(parseJson(nested(64), 'x')).toBeInstanceOf(Array);
  expect(await codeOf(() => parseJson(nested(65), 'x'))).toBe('malformed');
  expect(await codeOf(() => parseJson('['.repeat(200_000), 'x'))).toBe('malformed');
});

test('a string longer than the engine can match is malformed, and no other error', async () => {
  const text = `{"a":"${'A'.repeat(16 << 20)}"}`;
  expect(['accepted', 'malformed']).toContain(await outcomeOf(() => parseJson(text, 'x')));
});

test('a byte order mark and broken UTF-8 are refused', async () => {
  expect(await codeOf(() => parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'x'))).toBe('malformed');
  expect(await codeOf(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), 'x'))).toBe('malformed');
});

test('__proto__ is a member like any other', () => {
  const value = parseJsonObject('{"__proto__":{"polluted":true}}', 'x');
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each([
  ['quotes that are escaped', `"${'\\"'.repeat(500_000)}`],
  ['backslashes', `"${'\\'.repeat(1_000_001)}"`],
  ['names without end', `{"a":${'"a" '.repeat(200_000)}`],
])('%s cost no more than their length', async (_what, text) => {
  const start = performance.now();
  expect(await codeOf(() => parseJson(text, 'x'))).toBe('malformed');
  expect(performance.now() - start).toBeLessThan(5000); // by the square of it, it would be hours
});
