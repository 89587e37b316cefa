import type { Timer } from '../protocol/ports.ts';

/** What is to be written, so many things in one transaction. */
export interface GroupCommit<Item> {
  add(item: Item): void;
  /** Resolves once all that was added is written. @throws what the first transaction that failed failed with */
  done(): Promise<void>;
}

/** Milliseconds from one transaction to the next, while more is to come: what waits for them can wait so long. */
const REST = 150;

/**
 * Has all that comes while one transaction is under way, and a rest after it, share the next one: it takes hardly longer
 * with more in it. What comes first is written at once, and what comes last.
 */
export function createGroupCommit<Item>(
  timer: Timer,
  commit: (items: readonly Item[]) => Promise<void>,
): GroupCommit<Item> {
  let waiting: Item[] = [];
  let running: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  let ending = false;
  let wake = (): void => undefined;

  async function rest(): Promise<void> {
    if (ending) return;
    await new Promise<void>((resolve) => {
      const callOff = timer.after(REST, resolve);
      wake = () => {
        callOff();
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const items = waiting;
      waiting = [];
      try {
        await commit(items);
      } catch (error) {
        failed ??= { error };
      }
      await rest();
    }
    running = undefined;
  }

  return {
    add(item) {
      waiting.push(item);
      running ??= run();
    },
    async done() {
      ending = true;
      wake();
      await running;
      ending = false;
      if (failed !== undefined) throw failed.error;
    },
  };
}
