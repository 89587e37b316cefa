import { expect, test } from 'vitest';
import { allowLoopback } from '../../src/protocol/ids.ts';
import { HELP, readConfig } from '../../src/server/args.ts';

test('what is not said has a default', () => {
  expect(readConfig(['--origin', 'https://letterbox.example'], {})).toEqual({
    [allowLoopback]: false,
    data: 'letterbox-data',
    host: '127.0.0.1',
    port: 8787,
    origin: 'https://letterbox.example',
    lookupsPerMinute: 30,
  });
});

test('every option is also an environment variable; the argument wins', () => {
  const env = {
    LETTERBOX_DATA: '/data',
    LETTERBOX_HOST: '0.0.0.0',
    LETTERBOX_PORT: '1',
    LETTERBOX_ORIGIN: 'https://env.example',
    LETTERBOX_REGISTRY: 'https://names.example',
    LETTERBOX_LOOKUPS_PER_MINUTE: '5',
    LETTERBOX_ALLOW_LOOPBACK: '1',
  };
  expect(readConfig(['--port', '2'], env)).toEqual({
    [allowLoopback]: true,
    data: '/data',
    host: '0.0.0.0',
    port: 2,
    origin: 'https://env.example',
    registry: 'https://names.example',
    lookupsPerMinute: 5,
  });
});

test('--help is help, and names every option', () => {
  expect(readConfig(['--help'], {})).toBe('help');
  for (const option of [
    'data',
    'host',
    'port',
    'origin',
    'registry',
    'lookups-per-minute',
    'allow-loopback',
  ]) {
    expect(HELP).toContain(`--${option}`);
  }
});

test('http needs the development switch, and so does doing without an origin', () => {
  expect(() => readConfig([], {})).toThrow('--origin is required');
  expect(() => readConfig(['--origin', 'http://127.0.0.1:1'], {})).toThrow('--origin');
  expect(() => readConfig(['--origin', 'https://a.example', '--registry', 'http://127.0.0.1:1'], {})).toThrow(
    '--registry',
  );
  const config = readConfig(
    ['--allow-loopback', '--origin', 'http://127.0.0.1:1', '--registry', 'http://127.0.0.1:2'],
    {},
  );
  expect(config).toMatchObject({ origin: 'http://127.0.0.1:1', registry: 'http://127.0.0.1:2' });
  expect(() => readConfig(['--allow-loopback', '--origin', 'http://letterbox.example'], {})).toThrow(
    '--origin',
  );
});

test.each([
  ['--port', '70000'],
  ['--port', '-1'],
  ['--port', 'http'],
  ['--lookups-per-minute', '1.5'],
  ['--origin', 'https://a.example/'],
  ['--registry', 'nonsense'],
  ['--unknown', 'x'],
  ['positional'],
])('%s %s is refused', (...args) => {
  expect(() =>
    readConfig(['--origin', 'https://a.example', ...args.filter((arg) => arg !== undefined)], {}),
  ).toThrow(/--|Unexpected|Unknown|Invalid/);
});
