import {
  allowLoopback,
  parseServerOrigin,
  requireSecure,
  type Origin,
  type PlaceOptions,
} from '../protocol/ids.ts';
import type { Registries } from '../gaia/registry.ts';
import type { ServerInfo } from '../protocol/server-api.ts';
import { STORE_LIMITS } from './context.ts';
import { parseTrustedProxies, type TrustedProxies } from './network.ts';
import { describeOptions, readOptions, type Options, type Said } from './options.ts';
import { RATES, type RateLimits } from './rates.ts';
import { readNatsConfig, STORE_OPTIONS, type NatsConfig } from './store-options.ts';
import type { StoreLimits } from './stores/store.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** How the server is run: each option is an argument, or an environment variable LETTERBOX_<OPTION>. */
export interface ServerConfig extends PlaceOptions {
  readonly data: string;
  /** Absent: SQLite in `data`. */
  readonly nats?: NatsConfig;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: where it listens, which agents accept under the development switch only. */
  readonly origin?: Origin;
  readonly registries: Registries;
  readonly isOurs: TrustedProxies;
  readonly trustsProxies: boolean;
  /** How long `/readyz` says no before the port closes. */
  readonly drainSeconds: number;
  readonly lookupsPerMinute: number;
  readonly rates: RateLimits;
  readonly admission: ServerInfo['admission'];
  /** A file; there where admission is by it. */
  readonly allowlist?: string;
  readonly about: Pick<ServerInfo, (typeof ABOUT)[number]>;
  readonly limits: StoreLimits;
  readonly logLevel: LogLevel;
  /** Absent: everybody may read `/metrics`. */
  readonly metricsToken?: string;
}

export const DATA = {
  value: 'DIR',
  help: 'where the database and the key for invites are kept',
  fallback: 'letterbox-data',
};

const OPTIONS = {
  data: DATA,
  ...STORE_OPTIONS,
  'log-level': {
    value: 'LEVEL',
    help: 'what the log tells: debug (each answer), info (what was refused, too), warn or error',
    fallback: 'info',
  },
  host: { value: 'HOST', help: 'address to listen on', fallback: '127.0.0.1' },
  port: { value: 'N', help: 'port to listen on, 0 for any free one', fallback: '8787' },
  origin: {
    value: 'URL',
    help: 'the public origin that clients use, https; else the server only tries itself out',
  },
  registry: {
    value: 'URL',
    help: 'name registry of BNS v1 (alice.id.blockstack); without one, senders that claim such a name are refused',
  },
  'btc-registry': { value: 'URL', help: 'the same for BNSv2 (alice.btc)' },
  admission: {
    value: 'HOW',
    help: 'who may open an inbox: open, invite (codes from `letterbox-server invite`) or allowlist',
    fallback: 'open',
  },
  allowlist: {
    value: 'FILE',
    help: 'for that: addresses, one a line, and how much each keeps where that differs; read anew for each enrolment',
  },
  operator: { value: 'TEXT', help: 'who runs this server, for /v1/server; and so the next three' },
  terms: { value: 'URL', help: 'under what terms' },
  price: { value: 'TEXT', help: 'at what price' },
  contact: { value: 'TEXT', help: 'whom to ask' },
  'trusted-proxies': {
    value: 'LIST',
    help: 'addresses and ranges whose X-Forwarded-For counts, as 127.0.0.1, 10.0.0.0/8',
  },
  'stored-per-inbox': count('deliveries an inbox keeps of those it allows', STORE_LIMITS.stored),
  'unknown-per-inbox': count('and of all others together', STORE_LIMITS.unknown),
  'unknown-per-sender': count('and of one of these others', STORE_LIMITS.unknownPerSender),
  'lookups-per-minute': count('requests a minute to one hub on behalf of senders', 30),
  'rate-per-sender': count(
    'deliveries a minute from one sender; 0 for no limit, here and below',
    RATES.perSender,
  ),
  'rate-per-inbox': count(
    'deliveries a minute to one inbox, as many from strangers, and requests of its owner',
    RATES.perInbox,
  ),
  'rate-per-network': count('requests a minute from one /24 or /48', RATES.perNetwork),
  'rate-enrolments': count('inboxes a minute enrolled from one /24 or /48', RATES.enrolments),
  'rate-lookups': count('look-ups a minute on behalf of one /24 or /48', RATES.lookups),
  'drain-seconds': {
    value: 'N',
    help: 'told to stop, /readyz says no for so long before the port closes',
    fallback: '0',
  },
  'metrics-token': { value: 'TOKEN', help: 'who reads /metrics must send it as a bearer token' },
  'allow-loopback': { help: 'development only: http and loopback addresses are accepted' },
} satisfies Options;

export const HELP = `letterbox-server: keeps sealed pointers to messages until their recipients fetch them

${describeOptions(OPTIONS)}
Each is also an environment variable: LETTERBOX_DATA, LETTERBOX_LOOKUPS_PER_MINUTE, LETTERBOX_ALLOW_LOOPBACK=1, …
`;

/** What the operator states about the server. */
const ABOUT = ['operator', 'terms', 'price', 'contact'] as const;
/** Agents read no more. */
const ABOUT_LENGTH = 1000;
const ADMISSIONS = ['open', 'invite', 'allowlist'] as const;
const MANY = 1_000_000_000;

function count(help: string, fallback: number) {
  return { value: 'N', help, fallback: String(fallback) };
}

/** @throws Error that says which option cannot be read */
export function readConfig(args: readonly string[], env: Readonly<NodeJS.ProcessEnv>): ServerConfig {
  const said = readOptions(OPTIONS, args, env);
  const places = { [allowLoopback]: said.isOn('allow-loopback') };
  const metricsToken = said.text('metrics-token');
  const proxies = said.text('trusted-proxies') ?? '';
  const nats = readNatsConfig(said);
  return {
    ...places,
    data: said.text('data') ?? DATA.fallback,
    ...(nats === undefined ? {} : { nats }),
    host: said.text('host') ?? '127.0.0.1',
    port: said.wholeNumber('port', 65_535),
    isOurs: parseTrustedProxies(proxies),
    trustsProxies: proxies !== '',
    drainSeconds: said.wholeNumber('drain-seconds', 3600),
    lookupsPerMinute: said.wholeNumber('lookups-per-minute', MANY),
    rates: readRates(said),
    ...readAdmission(said),
    about: readAbout(said),
    limits: readLimits(said),
    logLevel: readLogLevel(said),
    ...(metricsToken === undefined ? {} : { metricsToken }),
    ...readPlaces(said, places),
  };
}

function readPlaces(said: Said<keyof typeof OPTIONS>, places: PlaceOptions) {
  const origin = said.text('origin');
  const registry = (option: 'registry' | 'btc-registry'): string[] => {
    const url = said.text(option);
    if (url === undefined) return [];
    requireSecure(new URL(url), `--${option}`, places);
    return [url];
  };
  return {
    ...(origin === undefined ? {} : { origin: parseServerOrigin(origin, '--origin', places) }),
    registries: { bns: registry('registry'), bnsv2: registry('btc-registry') },
  };
}

function readAdmission(said: Said<keyof typeof OPTIONS>): Pick<ServerConfig, 'admission' | 'allowlist'> {
  const admission = ADMISSIONS.find((name) => name === said.text('admission'));
  const allowlist = said.text('allowlist');
  if (admission === undefined) throw new Error(`--admission is none of ${ADMISSIONS.join(', ')}`);
  if (admission === 'allowlist' && allowlist === undefined)
    throw new Error('--allowlist is required for that');
  return { admission, ...(allowlist === undefined ? {} : { allowlist }) };
}

function readLogLevel(said: Said<keyof typeof OPTIONS>): LogLevel {
  const level = LOG_LEVELS.find((name) => name === said.text('log-level'));
  if (level === undefined) throw new Error(`--log-level is none of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function readAbout(said: Said<keyof typeof OPTIONS>): ServerConfig['about'] {
  const stated = ABOUT.map((name) => [name, said.text(name)] as const).filter(
    ([, text]) => text !== undefined,
  );
  for (const [name, text = ''] of stated) {
    if (text.length > ABOUT_LENGTH) throw new Error(`--${name} is longer than ${ABOUT_LENGTH} characters`);
  }
  return Object.fromEntries(stated);
}

function readRates(said: Said<keyof typeof OPTIONS>): RateLimits {
  return {
    perSender: said.wholeNumber('rate-per-sender', MANY),
    perInbox: said.wholeNumber('rate-per-inbox', MANY),
    perNetwork: said.wholeNumber('rate-per-network', MANY),
    enrolments: said.wholeNumber('rate-enrolments', MANY),
    lookups: said.wholeNumber('rate-lookups', MANY),
  };
}

function readLimits(said: Said<keyof typeof OPTIONS>): StoreLimits {
  return {
    stored: said.wholeNumber('stored-per-inbox', MANY),
    unknown: said.wholeNumber('unknown-per-inbox', MANY),
    unknownPerSender: said.wholeNumber('unknown-per-sender', MANY),
  };
}
