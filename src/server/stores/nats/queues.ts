/** Work on the same thing one after the other, so that the writers of one process do not beat each other. */
export interface Queues {
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  /** Settles once all that was queued is done. */
  idle(): Promise<void>;
}

export function createQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, work) {
      const before = tails.get(key);
      const result = before === undefined ? work() : before.then(work);
      const tail = settled(result).finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      tails.set(key, tail);
      return result;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

/** Whatever it comes to, its caller is told. */
async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
