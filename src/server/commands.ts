import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64url } from '../protocol/bytes.ts';
import type { Clock, Random } from '../protocol/ports.ts';
import { DATA } from './args.ts';
import { readInviteKey } from './invite-key.ts';
import { createInvite } from './invites.ts';
import type { Timer } from './ports.ts';
import { describeOptions, readOptions, type Options, type Said } from './options.ts';
import { readNatsConfig, readNatsPlace, STORE_OPTIONS, STORE_PLACE } from './store-options.ts';
import { renewNatsEpoch } from './stores/nats.ts';
import { backUpNats } from './stores/nats/backup.ts';
import { restoreNats } from './stores/nats/restore.ts';
import { backUp, renewEpoch, restore } from './stores/sqlite/backup.ts';

/** Where in the data folder the database lies. */
export const DATABASE = 'letterbox.sqlite';

/** What `letterbox-server NAME` does beside serving. */
export interface Command {
  readonly about: string;
  readonly options: Options;
  /** @returns what to print. @throws Error that says why it cannot be done */
  run(said: Said<string>, ports: CommandPorts): string | Promise<string>;
}

export interface CommandPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly timer: Timer;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  invite: {
    about: 'prints a code that opens inboxes on a server with --admission invite',
    options: {
      data: DATA,
      uses: { value: 'N', help: 'how many inboxes', fallback: '1' },
      days: { value: 'N', help: 'for how long', fallback: '30' },
      stored: {
        value: 'N',
        help: 'deliveries that such an inbox keeps, where that is not --stored-per-inbox',
      },
    },
    run: invite,
  },
  backup: {
    about: 'copies the store to a file; servers may run',
    options: {
      data: DATA,
      ...STORE_PLACE,
      to: { value: 'FILE', help: 'the copy, which must not exist yet; required' },
    },
    async run(said, ports) {
      const to = required(said, 'to');
      const nats = readNatsPlace(said);
      if (nats === undefined) backUp(database(said), to);
      else await backUpNats({ ...nats, ...ports }, to);
      return `${to}: complete. Keep it as secret as the store.\n`;
    },
  },
  restore: {
    about: 'puts a backup in the place of a lost store; no server may run',
    options: {
      data: DATA,
      ...STORE_OPTIONS,
      'store-partitions': {
        value: 'N',
        help: 'and streams that the inboxes are spread over; as before unless it is said',
      },
      from: { value: 'FILE', help: 'what `backup` wrote, of a store of the same kind; required' },
    },
    async run(said, ports) {
      const from = required(said, 'from');
      const nats = readNatsConfig(said);
      if (nats === undefined) restore(from, database(said));
      else await restoreNats({ ...nats, ...ports }, from);
      return 'Restored, with a new store epoch: agents list from the start and send again what the backup lacks.\n';
    },
  },
  'new-epoch': {
    about: 'for a store restored by other means than `restore`; no server may run',
    options: { data: DATA, ...STORE_PLACE },
    async run(said, ports) {
      const nats = readNatsPlace(said);
      if (nats === undefined) renewEpoch(database(said));
      else await renewNatsEpoch({ ...nats, ...ports });
      return 'The server will begin a new store epoch: agents list from the start.\n';
    },
  },
};

/** @throws Error that says what cannot be read or done */
export function runCommand(
  command: Command,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  ports: CommandPorts,
): string | Promise<string> {
  return command.run(readOptions(command.options, args, env), ports);
}

export function helpFor(name: string, { about, options }: Command): string {
  return `letterbox-server ${name}: ${about}\n\n${describeOptions(options)}`;
}

/** One line a command. */
export function listCommands(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;
  return Object.entries(COMMANDS)
    .map(([name, { about }]) => `  ${name.padEnd(width)}${about}\n`)
    .join('');
}

function invite(said: Said<string>, { clock, random }: CommandPorts): string {
  const data = required(said, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const days = said.wholeNumber('days', 36_500);
  const code = createInvite(
    {
      id: toBase64url(random.bytes(16)),
      uses: said.wholeNumber('uses', 1_000_000_000),
      exp: Math.floor(clock.now() / 1000) + days * 86_400,
      ...(said.text('stored') === undefined ? {} : { stored: said.wholeNumber('stored', 1_000_000_000) }),
    },
    readInviteKey(data, random),
  );
  return `${code}\n`;
}

function database(said: Said<string>): string {
  return join(required(said, 'data'), DATABASE);
}

function required(said: Said<string>, name: string): string {
  const text = said.text(name);
  if (text === undefined) throw new Error(`--${name} is required`);
  return text;
}
