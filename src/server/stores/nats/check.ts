import type { Engine } from './engine.ts';
import { unavailable } from './api.ts';
import { checkOf, type Shelf } from './subjects.ts';

/**
 * Writes to every partition, durably, and reads it back. One that fails leaves the inboxes of the others served, so the
 * store is unavailable only once none takes a write.
 */
export function createCheck({ shelves, steps, read }: Engine): () => Promise<void> {
  async function check(shelf: Shelf): Promise<void> {
    const subject = checkOf(shelf);
    const seq = await steps.take(() =>
      Promise.resolve({ writes: [{ subject, data: 'checked' }], result: (taken: number) => taken }),
    );
    const found = await read(shelf, subject);
    if (found.seqOf(subject) < seq) throw unavailable(new Error('a write is lost'));
  }
  return () =>
    Promise.any(shelves.partitions.map(check)).catch((cause: unknown) => {
      throw unavailable(cause);
    });
}
