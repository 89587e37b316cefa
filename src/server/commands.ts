import { join } from 'node:path';
import { DATA } from './args.ts';
import { describeOptions, readOptions, type Options, type Said } from './options.ts';
import { backUp, renewEpoch, restore } from './stores/sqlite/backup.ts';

/** Where in the data folder the database lies. */
export const DATABASE = 'letterbox.sqlite';

/** What `letterbox-server NAME` does beside serving. */
export interface Command {
  readonly about: string;
  readonly options: Options;
  /** @returns what to print. @throws Error that says why it cannot be done */
  run(said: Said<string>): string;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  backup: {
    about: 'copies the database to a file; the server may run',
    options: { data: DATA, to: { value: 'FILE', help: 'the copy, which must not exist yet; required' } },
    run(said) {
      const to = required(said, 'to');
      backUp(database(said), to);
      return `${to}: complete. Keep it as secret as the database.\n`;
    },
  },
  restore: {
    about: 'puts a backup in the place of a lost database; the server must not run',
    options: { data: DATA, from: { value: 'FILE', help: 'what `backup` wrote; required' } },
    run(said) {
      restore(required(said, 'from'), database(said));
      return 'Restored, with a new store epoch: agents list from the start and send again what the backup lacks.\n';
    },
  },
  'new-epoch': {
    about: 'for a database restored by other means than `restore`; the server must not run',
    options: { data: DATA },
    run(said) {
      renewEpoch(database(said));
      return 'The server will begin a new store epoch: agents list from the start.\n';
    },
  },
};

/** @throws Error that says what cannot be read or done */
export function runCommand(
  command: Command,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): string {
  return command.run(readOptions(command.options, args, env));
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

function database(said: Said<string>): string {
  return join(required(said, 'data'), DATABASE);
}

function required(said: Said<string>, name: string): string {
  const text = said.text(name);
  if (text === undefined) throw new Error(`--${name} is required`);
  return text;
}
