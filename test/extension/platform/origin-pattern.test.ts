import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canEnable, EVERYWHERE, patternOf } from '../../../extension/platform/origin-pattern.ts';
import type { Origin } from '../../../src/protocol/ids.ts';

test.each([
  ['https://app.example', 'https://app.example/*', 'https://app.example/*'],
  ['https://app.example:8443', 'https://app.example:8443/*', 'https://app.example/*'],
  ['http://127.0.0.1:5000', 'http://127.0.0.1:5000/*', 'http://127.0.0.1/*'],
])('%s is asked for as %s, in Firefox as %s', (origin, chromium, firefox) => {
  expect(patternOf(origin as Origin, true)).toBe(chromium);
  expect(patternOf(origin as Origin, false)).toBe(firefox);
});

test.each([
  ['https://app.example', true],
  ['http://localhost:5000', true],
  ['http://127.0.0.1:5000', true],
  ['http://app.example', false],
  ['http://192.168.1.2', false],
  ['http://localhost.example', false],
])('%s can be turned on: %s', (origin, can) => {
  expect(canEnable(origin as Origin)).toBe(can);
});

test('all sites are those that the manifest says may be asked for', () => {
  const manifest = JSON.parse(readFileSync('manifest.json', 'utf8')) as {
    optional_host_permissions: string[];
  };
  expect(EVERYWHERE).toEqual(manifest.optional_host_permissions);
});
