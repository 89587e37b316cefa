import { parseArgs } from 'node:util';
import { allowLoopback, parseServerOrigin } from '../protocol/ids.ts';
import type { ConformanceOptions } from './run.ts';

export interface Arguments extends ConformanceOptions {
  /** Where the report goes as JSON. */
  readonly json?: string;
}

export const HELP = `letterbox-conformance URL: holds a message server against the Letterbox protocol, over HTTP only

  --json FILE            writes the report there, too
  --origin URL           the public origin that the server is configured with         (that of URL)
  --registry-port N      where the suite's name registry listens on 127.0.0.1         (8788)
  --public-url URL       how the server reaches the suite, https, where it is not on this machine
  --site-port N          where the suite listens then, on 127.0.0.1, behind that URL   (8789)
  --invite CODE          for enrolling, where the server asks for an invite
  --stored-per-inbox N   how many deliveries of contacts the server keeps in an inbox: tries inbox-full, best with 200
  --only ID[,ID…]        only the lines whose id begins so: 5.order,6.events
  --quick                leaves out what has to wait longer than 5 seconds
  --help                 this text

The suite brings its own people, buckets and names; every person is new. The server under test must reach them:

  on this machine    its development switch on (http and loopback addresses are accepted), and its name registry set to
                     http://127.0.0.1:<registry-port>
  elsewhere          its name registry set to <public-url>/registry, and <public-url> leading to 127.0.0.1:<site-port>;
                     all look-ups then go to one host, and the suite waits wherever the server is busy: ten minutes

It has to take enrolments and to keep to the limits of the protocol: 5 deliveries of a stranger, 200 of all, 30 look-ups
a minute and host. Where it limits rates beyond that, the suite waits: it makes a few hundred enrolments and look-ups.
Not tried are rate, expiry after 30 days, the daily look-up of recipients, and what a restart leaves.
Exits with 0 where every line passed, 1 where one failed, 2 where nothing could be tried.
`;

const OPTIONS = {
  json: { type: 'string' },
  origin: { type: 'string' },
  'registry-port': { type: 'string', default: '8788' },
  'public-url': { type: 'string' },
  'site-port': { type: 'string', default: '8789' },
  invite: { type: 'string' },
  'stored-per-inbox': { type: 'string' },
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

const QUICK_SECONDS = 5;
const EVERYTHING_SECONDS = 120;
const MAX_PORT = 65_535;

/**
 * @returns 'help' where that is what was asked for
 * @throws Error that says which argument cannot be read
 */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help === true) return 'help';
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new Error('one URL is needed: that of the server');
  const publicUrl = values['public-url'];
  return {
    url: baseUrl(url),
    patience: values.quick ? QUICK_SECONDS : EVERYTHING_SECONDS,
    registryPort: wholeNumber('--registry-port', values['registry-port'], MAX_PORT),
    sitePort: wholeNumber('--site-port', values['site-port'], MAX_PORT),
    ...(values.origin !== undefined && {
      origin: parseServerOrigin(values.origin, '--origin', { [allowLoopback]: true }),
    }),
    ...(publicUrl !== undefined && { publicUrl: baseUrl(publicUrl) }),
    ...(values.invite !== undefined && { invite: values.invite }),
    ...(values['stored-per-inbox'] !== undefined && {
      stored: wholeNumber('--stored-per-inbox', values['stored-per-inbox'], 10_000),
    }),
    ...(values.only !== undefined && { only: values.only.split(',') }),
    ...(values.json !== undefined && { json: values.json }),
  };
}

/** Without the trailing slash. */
function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`${text} is not the URL of a server`);
  return url.href.replace(/\/$/, '');
}

function wholeNumber(option: string, text: string, max: number): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > max)
    throw new Error(`${option} is not a number from 0 to ${max}`);
  return Number(text);
}
