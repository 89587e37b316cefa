import { expect, test } from 'vitest';
import { allowLoopback } from '../../src/protocol/ids.ts';
import { HELP, readConfig } from '../../src/server/args.ts';
import { COMMANDS } from '../../src/server/commands.ts';
import { STORE_LIMITS } from '../../src/server/context.ts';
import { readOptions, variableOf } from '../../src/server/options.ts';
import { RATES } from '../../src/server/rates.ts';

test('what is not said has a default', () => {
  const { isOurs, ...config } = readConfig([], {});
  expect(config).toEqual({
    [allowLoopback]: false,
    data: 'letterbox-data',
    host: '127.0.0.1',
    port: 8787,
    registries: { bns: [], bnsv2: [] },
    lookupsPerMinute: 30,
    admission: 'open',
    about: {},
    trustsProxies: false,
    drainSeconds: 0,
    logLevel: 'info',
    limits: STORE_LIMITS,
    rates: RATES,
  });
  expect(isOurs('127.0.0.1')).toBe(false);
});

test('every option is also an environment variable; the argument wins', () => {
  const env = {
    LETTERBOX_DATA: '/data',
    LETTERBOX_STORE: 'tls://a:1,b/c',
    LETTERBOX_STORE_CREDENTIALS: '/creds',
    LETTERBOX_STORE_CA: '/ca.pem',
    LETTERBOX_STORE_CERT: '/own.pem',
    LETTERBOX_STORE_KEY: '/own.key',
    LETTERBOX_STORE_REPLICAS: '5',
    LETTERBOX_STORE_PARTITIONS: '7',
    LETTERBOX_HOST: '0.0.0.0',
    LETTERBOX_PORT: '1',
    LETTERBOX_ORIGIN: 'https://env.example',
    LETTERBOX_REGISTRY: 'https://names.example',
    LETTERBOX_BTC_REGISTRY: 'https://btc.example',
    LETTERBOX_TRUSTED_PROXIES: '127.0.0.1',
    LETTERBOX_STORED_PER_INBOX: '11',
    LETTERBOX_UNKNOWN_PER_INBOX: '12',
    LETTERBOX_UNKNOWN_PER_SENDER: '13',
    LETTERBOX_RATE_PER_SENDER: '21',
    LETTERBOX_RATE_PER_INBOX: '22',
    LETTERBOX_RATE_PER_NETWORK: '23',
    LETTERBOX_RATE_ENROLMENTS: '24',
    LETTERBOX_RATE_LOOKUPS: '25',
    LETTERBOX_LOOKUPS_PER_MINUTE: '5',
    LETTERBOX_ADMISSION: 'allowlist',
    LETTERBOX_ALLOWLIST: '/list',
    LETTERBOX_OPERATOR: 'a',
    LETTERBOX_TERMS: 'b',
    LETTERBOX_PRICE: 'c',
    LETTERBOX_CONTACT: 'd',
    LETTERBOX_DRAIN_SECONDS: '6',
    LETTERBOX_METRICS_TOKEN: 'secret',
    LETTERBOX_LOG_LEVEL: 'debug',
    LETTERBOX_ALLOW_LOOPBACK: '1',
  };
  const { isOurs, ...config } = readConfig(['--port', '2'], env);
  expect(config).toEqual({
    [allowLoopback]: true,
    data: '/data',
    nats: {
      place: { servers: ['a:1', 'b:4222'], tls: true, prefix: 'c' },
      credentials: '/creds',
      ca: '/ca.pem',
      cert: '/own.pem',
      key: '/own.key',
      replicas: 5,
      partitions: 7,
    },
    host: '0.0.0.0',
    port: 2,
    origin: 'https://env.example',
    registries: { bns: ['https://names.example'], bnsv2: ['https://btc.example'] },
    limits: { stored: 11, unknown: 12, unknownPerSender: 13 },
    rates: { perSender: 21, perInbox: 22, perNetwork: 23, enrolments: 24, lookups: 25 },
    lookupsPerMinute: 5,
    admission: 'allowlist',
    allowlist: '/list',
    about: { operator: 'a', terms: 'b', price: 'c', contact: 'd' },
    trustsProxies: true,
    drainSeconds: 6,
    metricsToken: 'secret',
    logLevel: 'debug',
  });
  expect(isOurs('127.0.0.1')).toBe(true);
  const options = [...HELP.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option = '']) => variableOf(option));
  expect(Object.keys(env).toSorted()).toEqual(options.toSorted());
});

test.each(Object.entries(COMMANDS))('so are those of the command %s', (_name, { options }) => {
  for (const option of Object.keys(options)) {
    const said = readOptions(options, [], { [variableOf(option)]: '7' });
    expect(said.text(option)).toBe('7');
    expect(readOptions(options, [`--${option}`, '8'], { [variableOf(option)]: '7' }).text(option)).toBe('8');
  }
});

test('an environment variable that is empty says nothing', () => {
  const config = readConfig(['--origin', 'https://a.example'], {
    LETTERBOX_REGISTRY: '',
    LETTERBOX_PORT: '',
  });
  expect(config).toMatchObject({ port: 8787, registries: { bns: [], bnsv2: [] } });
});

test('a switch is 1 or 0', () => {
  const isOn = (value: string) => readConfig([], { LETTERBOX_ALLOW_LOOPBACK: value })[allowLoopback];
  expect(['1', 'true', '0', 'false', ''].map(isOn)).toEqual([true, true, false, false, false]);
  expect(() => isOn('yes')).toThrow('LETTERBOX_ALLOW_LOOPBACK');
});

test('http needs the development switch', () => {
  expect(() => readConfig(['--origin', 'http://127.0.0.1:1'], {})).toThrow('--origin');
  for (const option of ['--registry', '--btc-registry']) {
    expect(() => readConfig(['--origin', 'https://a.example', option, 'http://127.0.0.1:1'], {})).toThrow(
      option,
    );
  }
  const config = readConfig(
    ['--allow-loopback', '--origin', 'http://127.0.0.1:1', '--registry', 'http://127.0.0.1:2'],
    {},
  );
  expect(config).toMatchObject({
    origin: 'http://127.0.0.1:1',
    registries: { bns: ['http://127.0.0.1:2'], bnsv2: [] },
  });
  expect(() => readConfig(['--allow-loopback', '--origin', 'http://letterbox.example'], {})).toThrow(
    '--origin',
  );
});

test.each([
  ['--port', '70000'],
  ['--port', '-1'],
  ['--port', 'http'],
  ['--terms', 'x'.repeat(1001)],
  ['--admission', 'closed'],
  ['--admission', 'allowlist'],
  ['--lookups-per-minute', '1.5'],
  ['--rate-per-sender', '-1'],
  ['--rate-per-sender', '1e3'],
  ['--trusted-proxies', 'localhost'],
  ['--trusted-proxies', '10.0.0.0/33'],
  ['--origin', 'https://a.example/'],
  ['--registry', 'nonsense'],
  ['--btc-registry', 'nonsense'],
  ['--store', 'https://a.example'],
  ['--store', 'nats://a', '--store-ca', '/ca.pem'],
  ['--store', 'nats://a', '--store-cert', '/own.pem', '--store-key', '/own.key'],
  ['--store', 'tls://a', '--store-cert', '/own.pem'],
  ['--store', 'tls://a', '--store-key', '/own.key'],
  ['--store', 'nats://a', '--store-replicas', '2'],
  ['--store', 'nats://a', '--store-partitions', '0'],
  ['--unknown', 'x'],
  ['positional'],
])('%s %s is refused', (...args) => {
  expect(() =>
    readConfig(['--origin', 'https://a.example', ...args.filter((arg) => arg !== undefined)], {}),
  ).toThrow(/--|Unexpected|Unknown|Invalid|neither/);
});
