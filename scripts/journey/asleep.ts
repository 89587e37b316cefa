import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Stops all processes of a browser meanwhile, as the sleep of its computer does: nothing in it runs, and whatever comes for
 * it over its connections is there when it wakes. On Linux only.
 * @param profile the folder of the profile that it was launched with
 */
export async function whileAsleep(profile: string, act: () => Promise<unknown>): Promise<void> {
  const all = new Map(processes().map((each) => [each.id, each]));
  const isOfBrowser = ({ parent, command }: Process): boolean => {
    const parentProcess = all.get(parent);
    return command.includes(profile) || (parentProcess !== undefined && isOfBrowser(parentProcess));
  };
  const asleep = [...all.values()].filter(isOfBrowser);
  if (asleep.length === 0) throw new Error(`no browser runs in ${profile}`);
  const tell = (signal: NodeJS.Signals): void => {
    for (const { id } of asleep) unlessGone(() => process.kill(id, signal));
  };
  tell('SIGSTOP');
  try {
    await act();
  } finally {
    tell('SIGCONT');
  }
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      const read = (file: string) => readFileSync(`/proc/${id}/${file}`, 'utf8');
      const parent = () => Number(/\) \S (\d+) /.exec(read('stat'))?.[1]);
      return unlessGone(() => [{ id: Number(id), parent: parent(), command: read('cmdline') }]) ?? [];
    });
}

/** Processes come and go at any time. */
function unlessGone<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'ENOENT') return undefined;
    throw error;
  }
}
