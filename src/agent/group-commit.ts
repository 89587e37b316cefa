/** What is to be written, so many things in one transaction. */
export interface GroupCommit<Item> {
  add(item: Item): void;
  /** Resolves once all that was added is written. @throws what the first transaction that failed failed with */
  done(): Promise<void>;
}

/**
 * Has all that comes while one transaction is under way share the next one: a durable one takes so long that meanwhile
 * more comes, and it takes hardly longer with more in it.
 */
export function createGroupCommit<Item>(
  commit: (items: readonly Item[]) => Promise<void>,
): GroupCommit<Item> {
  let waiting: Item[] = [];
  let running: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const items = waiting;
      waiting = [];
      try {
        await commit(items);
      } catch (error) {
        failed ??= { error };
      }
    }
    running = undefined;
  }

  return {
    add(item) {
      waiting.push(item);
      running ??= run();
    },
    async done() {
      await running;
      if (failed !== undefined) throw failed.error;
    },
  };
}
