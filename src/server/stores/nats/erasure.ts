import { isLetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { ask, JetStreamError } from './api.ts';
import type { Engine } from './engine.ts';
import { eraseOf, keyOf, mailOf, subjectsIn, type Shelf } from './subjects.ts';

/** Erases what an inbox held that was left. */
export interface Erasure {
  /** @param before of the leave: what has a lower sequence in the stream is of the inbox that was left */
  eraseLeft(shelf: Shelf, address: Address, before: number): Promise<void>;
  /** Does what a process that died left undone. @throws LetterboxError `unavailable` */
  redo(): Promise<void>;
}

export function createErasure(engine: Engine): Erasure {
  const { nats, shelves } = engine;
  const purge = (shelf: Shelf, filter: string, seq: number): Promise<object> =>
    ask(nats, `STREAM.PURGE.${shelf.stream}`, { filter, seq });

  async function erase(shelf: Shelf, address: Address, before: number): Promise<void> {
    await Promise.all([
      purge(shelf, mailOf(shelf, address, '*'), before),
      purge(shelf, keyOf(shelf, address, '*'), before),
    ]);
    await purge(shelf, eraseOf(shelf, address), before); // last: until then it is to be done
  }

  async function redoIn(shelf: Shelf): Promise<void> {
    const all = eraseOf(shelf, '*');
    const info = await ask(nats, `STREAM.INFO.${shelf.stream}`, { subjects_filter: all });
    for (const subject of subjectsIn(info)) {
      const item = (await engine.read(shelf, subject)).get(subject);
      const address = subject.slice(all.length - 1) as Address;
      if (item !== undefined) await erase(shelf, address, item.seq + 1);
    }
  }

  return {
    async eraseLeft(shelf, address, before) {
      try {
        await erase(shelf, address, before);
      } catch (error) {
        // The inbox is gone; the note that its mail is to be erased stays, and the next sweep sees to it.
        if (!isLetterboxError(error, 'unavailable') && !(error instanceof JetStreamError)) throw error;
      }
    },

    async redo() {
      for (const shelf of shelves.partitions) await redoIn(shelf);
    },
  };
}
