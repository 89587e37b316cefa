import { parseArgs } from 'node:util';
import {
  allowLoopback,
  parseServerOrigin,
  requireSecure,
  type Origin,
  type PlaceOptions,
} from '../protocol/ids.ts';

/** How the server is run: each option is an argument, or an environment variable LETTERBOX_<OPTION>. */
export interface ServerConfig extends PlaceOptions {
  readonly data: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: where it listens, under the development switch only. */
  readonly origin?: Origin;
  readonly registry?: string;
  readonly lookupsPerMinute: number;
}

export const HELP = `letterbox-server: keeps sealed pointers to messages until their recipients fetch them

  --data DIR               where the database is kept                                  (./letterbox-data)
  --host HOST              address to listen on                                        (127.0.0.1)
  --port N                 port to listen on, 0 for any free one                       (8787)
  --origin URL             the public origin that clients use, https                   (required)
  --registry URL           name registry; without one, senders that claim a name are refused
  --lookups-per-minute N   requests to one hub on behalf of senders                    (30)
  --allow-loopback         development only: http and loopback addresses are accepted
  --help                   this text

Each is also an environment variable: LETTERBOX_DATA, LETTERBOX_LOOKUPS_PER_MINUTE, LETTERBOX_ALLOW_LOOPBACK=1, …
`;

const OPTIONS = {
  data: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  origin: { type: 'string' },
  registry: { type: 'string' },
  'lookups-per-minute': { type: 'string' },
  'allow-loopback': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns 'help' where that is what was asked for
 * @throws Error that says which option cannot be read
 */
export function readConfig(args: readonly string[], env: Readonly<NodeJS.ProcessEnv>): ServerConfig | 'help' {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  if (values.help === true) return 'help';
  const option = (name: Exclude<keyof typeof OPTIONS, 'help' | 'allow-loopback'>): string | undefined =>
    values[name] ?? env[variable(name)];
  const places = { [allowLoopback]: values['allow-loopback'] ?? env[variable('allow-loopback')] === '1' };
  const origin = option('origin');
  const registry = option('registry');
  if (origin === undefined && !places[allowLoopback]) throw new Error('--origin is required');
  if (registry !== undefined) requireSecure(new URL(registry), '--registry', places);
  return {
    ...places,
    data: option('data') ?? 'letterbox-data',
    host: option('host') ?? '127.0.0.1',
    port: wholeNumber('--port', option('port') ?? '8787', 65_535),
    lookupsPerMinute: wholeNumber('--lookups-per-minute', option('lookups-per-minute') ?? '30', 1_000_000),
    ...(origin === undefined ? {} : { origin: parseServerOrigin(origin, '--origin', places) }),
    ...(registry === undefined ? {} : { registry }),
  };
}

function variable(option: string): string {
  return `LETTERBOX_${option.toUpperCase().replaceAll('-', '_')}`;
}

function wholeNumber(option: string, text: string, max: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > max)
    throw new Error(`${option} is not a number from 0 to ${max}`);
  return Number(text);
}
