import type { Address } from '../../../protocol/ids.ts';
import { endOf } from '../rules.ts';
import type { StoredRecord } from '../store.ts';
import { ask } from './api.ts';
import type { Engine } from './engine.ts';
import { endingOf, subjectsIn, type Shelf } from './subjects.ts';
import { erasing, type Write } from './writing.ts';

/**
 * Which inboxes end when: a mark for each, by the day on which it is erased unless it was renewed. A renewal moves it; one
 * that stayed all the same says nothing when its day comes. So what is due is found without a look at what is not.
 */
export interface Endings {
  /** Go with each write of a record in the place of another, or of none. */
  marks(record: Marked | undefined, before: Marked | undefined): readonly Write[];
  /**
   * @param end erases an inbox where it has ended, and says whether it did
   * @returns how many inboxes were erased: at most `limit`
   */
  sweep(now: number, limit: number, end: (address: Address) => Promise<boolean>): Promise<number>;
}

type Marked = Pick<StoredRecord, 'address' | 'exp'>;

const DAY = 86_400;
/** Longer than any server of the store was away, while its agents' records live for 100 days. */
const DAYS_BACK = 400;

export function createEndings(engine: Engine): Endings {
  const { nats, shelves } = engine;
  /** Of the days before, no mark is left. */
  let from: number | undefined;

  const subjectOf = ({ address, exp }: Marked): string =>
    endingOf(shelves.of(address), Math.ceil(endOf({ exp }) / DAY), address);

  async function* marksOf(shelf: Shelf, day: number): AsyncGenerator<Address, void, undefined> {
    const all = endingOf(shelf, day, '*');
    const info = await ask(nats, `STREAM.INFO.${shelf.stream}`, { subjects_filter: all });
    for (const subject of subjectsIn(info)) {
      const mark = (await engine.read(shelf, subject)).get(subject);
      if (mark === undefined) continue;
      yield subject.slice(all.length - 1) as Address;
      await ask(nats, `STREAM.PURGE.${shelf.stream}`, { filter: subject, seq: mark.seq + 1 });
    }
  }

  return {
    marks(record, before) {
      const [mark, old] = [record && subjectOf(record), before && subjectOf(before)];
      return [
        ...(old === undefined || old === mark ? [] : [erasing(old)]),
        ...(mark === undefined ? [] : [{ subject: mark, data: '{}' }]),
      ];
    },

    async sweep(now, limit, end) {
      const today = Math.floor(now / DAY);
      let erased = 0;
      for (let day = from ?? today - DAYS_BACK; day <= today; day += 1) {
        for (const shelf of shelves.partitions) {
          for await (const address of marksOf(shelf, day)) {
            if (await end(address)) erased += 1;
            if (erased === limit) return erased;
          }
        }
        from = day;
      }
      return erased;
    },
  };
}
