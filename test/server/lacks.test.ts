import { expect, test } from 'vitest';
import { readConfig } from '../../src/server/args.ts';
import { lacksOf } from '../../src/server/lacks.ts';

const lacks = (...args: string[]): string[] =>
  lacksOf(readConfig(args, {})).map((lack) => lack.split(':')[0] ?? '');

test('a server that is just started lacks what makes it public', () => {
  expect(lacks()).toEqual(['a public origin', 'https', 'a name registry', 'a --metrics-token']);
});

test('one thing after the other is there', () => {
  const origin = ['--origin', 'https://letterbox.example'];
  expect(lacks(...origin)).toEqual(['the callers’ networks', 'a name registry', 'a --metrics-token']);
  const rest = [
    '--trusted-proxies',
    '127.0.0.1',
    '--registry',
    'https://names.example',
    '--metrics-token',
    'x',
  ];
  expect(lacks(...origin, ...rest)).toEqual([]);
  expect(lacks(...origin, ...rest, '--allow-loopback')).toEqual(['safety']);
  expect(lacks(...rest, '--allow-loopback', '--origin', 'http://127.0.0.1:1')).toEqual(['https', 'safety']);
});

test('copies that are there count, not those that are asked for', () => {
  const config = readConfig(['--origin', 'https://letterbox.example', '--store', 'nats://a'], {});
  const copiesOf = (copies: number): string[] =>
    lacksOf(config, copies).filter((lack) => lack.startsWith('copies'));
  expect(copiesOf(3)).toEqual([]);
  expect(copiesOf(1)).toEqual([expect.stringContaining('keeps 1, not 3')]);
});
