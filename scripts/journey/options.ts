import { parseArgs } from 'node:util';

/** What `npm start -- …` can be told. */
export interface StartOptions {
  /** Play the journey without windows. Always so where there is no display. */
  readonly headless: boolean;
  /** Write `{steps: [{name, ok, ms}]}` there. */
  readonly json?: string;
  /** A Gaia hub that already runs, instead of the embedded one. No trailing slash. */
  readonly hub?: string;
  /** Likewise a message server. */
  readonly server?: string;
}

export const USAGE = `npm start [-- OPTIONS]

  --headless      no windows: plays the journey and ends
  --json FILE     writes the steps and their milliseconds
  --hub URL       uses a Gaia hub that already runs
  --server URL    uses a message server that already runs; it has to let loopback through, as \`npm run world\` starts it`;

/** Wrong arguments; the message is for the person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parseStartOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const values = parse(args);
  return {
    headless: values.headless === true || !hasDisplay(env),
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.hub === undefined ? {} : { hub: originOf('--hub', values.hub) }),
    ...(values.server === undefined ? {} : { server: originOf('--server', values.server) }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        headless: { type: 'boolean' },
        json: { type: 'string' },
        hub: { type: 'string' },
        server: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(`${cause.message}\n\n${USAGE}`, { cause });
  }
}

/** A hub or server as sessions and records name it. */
function originOf(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new UsageError(
      `${option} ${text} is not the URL of a server, like http://127.0.0.1:3000\n\n${USAGE}`,
    );
  }
  return url.origin;
}

/** On Linux a window needs a display server; elsewhere there always is one. */
function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return true;
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((display) => display !== undefined && display !== '');
}
