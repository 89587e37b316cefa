import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/conformance/args.ts';

describe('the arguments', () => {
  test('a URL is enough: everything is tried', () => {
    expect(readArguments(['http://127.0.0.1:8787'])).toEqual({
      url: 'http://127.0.0.1:8787',
      patience: 120,
      registryPort: 8788,
      sitePort: 8789,
    });
  });

  test('all of them', () => {
    const all = [
      '--origin',
      'https://post.example',
      '--registry-port',
      '1',
      '--public-url',
      'https://suite.example/',
    ];
    const more = [
      '--site-port',
      '2',
      '--invite',
      'code',
      '--stored-per-inbox',
      '200',
      '--only',
      '5.order,6',
      '--quick',
      '--json',
      'report.json',
    ];
    expect(readArguments(['https://10.0.0.1/', ...all, ...more])).toEqual({
      url: 'https://10.0.0.1',
      origin: 'https://post.example',
      registryPort: 1,
      publicUrl: 'https://suite.example',
      sitePort: 2,
      invite: 'code',
      stored: 200,
      only: ['5.order', '6'],
      patience: 5,
      json: 'report.json',
    });
  });

  test('help', () => {
    expect(readArguments(['--help'])).toBe('help');
  });

  test.each([
    [],
    ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
    ['127.0.0.1:8787'],
    ['ftp://127.0.0.1'],
    ['http://127.0.0.1:1', '--registry-port', '65536'],
    ['http://127.0.0.1:1', '--site-port', 'any'],
    ['http://127.0.0.1:1', '--origin', 'post.example'],
    ['http://127.0.0.1:1', '--public-url', 'suite'],
    ['http://127.0.0.1:1', '--unknown'],
  ])('%j cannot be read', (...args) => {
    expect(() => readArguments(args)).toThrow(/./);
  });
});
