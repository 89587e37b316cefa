import { isLetterboxError, LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { confirmed, endOf, isInvite, isOtherPlan, renewed } from '../rules.ts';
import type { Admission, Inbox, Store, StoredRecord } from '../store.ts';
import { headIn, inboxIn, recordIn, type RecordDocument } from './documents.ts';
import type { Endings } from './endings.ts';
import type { Engine } from './engine.ts';
import type { Erasure } from './erasure.ts';
import { encodeHead } from './head.ts';
import { unavailable } from './api.ts';
import type { Invites } from './invites.ts';
import type { Plan, View } from './steps.ts';
import { eraseOf, headOf, policyOf, recordOf, type Shelf } from './subjects.ts';
import { erasing, type Write } from './writing.ts';

/** Who has an inbox, by which record; and who left, or renewed it no more. */
export type Enrolments = Pick<Store, 'inbox' | 'enrol' | 'confirm' | 'leave'> & {
  /** Erases an inbox that nobody renewed. @returns whether it was one */
  readonly end: (address: Address, now: number) => Promise<boolean>;
};

/** For as long the head of an inbox that was left bars writes which were decided before. */
const BAR_SECONDS = 300;

export interface EnrolmentParts {
  readonly invites: Invites;
  readonly erasure: Erasure;
  readonly endings: Endings;
}

export function enrolments(engine: Engine, { invites, erasure, endings }: EnrolmentParts): Enrolments {
  const { shelves, steps, queues, random, grace } = engine;

  /** Decides by the record document, in the inbox's turn. */
  function change<Result>(
    address: Address,
    now: number,
    decide: (document: RecordDocument, write: Rewrite, view: View) => Promise<Plan<Result>>,
  ): Promise<Result> {
    const shelf = shelves.of(address);
    const subject = recordOf(shelf, address);
    return queues.run(address, () =>
      steps.take(async (view) => {
        const found = await engine.find(shelf, [subject], view.source);
        const document = recordIn(found, shelf, address, now);
        const write = (next: RecordDocument): readonly Write[] => [
          ...endings.marks(next.enrolled?.inbox, document.enrolled?.inbox),
          {
            subject,
            data: JSON.stringify(next),
            expects: found.seqOf(subject),
            ...(next.enrolled === undefined ? { seconds: lastForget(next) - now + grace } : {}),
          },
        ];
        return decide(document, write, view);
      }),
    );
  }

  /** @throws LetterboxError `not-admitted`; `unavailable` where it is not yet sure that the inbox is a new one */
  async function admit(admission: Admission, address: Address, now: number, { source }: View) {
    if (admission === 'open') return {};
    if (admission === 'none') throw new LetterboxError('not-admitted', {});
    if (source === 'any') throw unavailable(new Error('an invite is used only once the leader was asked'));
    if (isInvite(admission)) await invites.use(admission, address, now);
    return admission.stored === undefined ? {} : { stored: admission.stored };
  }

  /** Onto the plan that an inbox is renewed with; nothing where it stays on its own. */
  async function move(address: Address, admission: Admission, now: number, view: View): Promise<Write[]> {
    if (typeof admission === 'string') return [];
    const shelf = shelves.of(address);
    const subject = headOf(shelf, address);
    const found = await engine.find(shelf, [subject], view.source);
    const { stored, ...head } = headIn(found, shelf, address);
    if (!isOtherPlan(admission, stored)) return [];
    try {
      const plan = await admit(admission, address, now, view);
      return [{ subject, data: encodeHead({ ...head, ...plan }), expects: found.seqOf(subject) }];
    } catch (error) {
      if (isLetterboxError(error, 'not-admitted')) return [];
      throw error;
    }
  }

  function newGeneration(): number {
    return Buffer.from(random.bytes(6)).readUIntBE(0, 6);
  }

  async function create(
    record: StoredRecord,
    admission: Admission,
    now: number,
    view: View,
  ): Promise<{ head: Write; enrolled: NonNullable<RecordDocument['enrolled']> }> {
    const { address } = record;
    const generation = newGeneration();
    const plan = await admit(admission, address, now, view);
    const data = encodeHead({ generation, last: 0, entries: [], ...plan });
    const inbox: Inbox = { ...record, confirmed: undefined, frozen: false };
    return { head: { subject: headOf(shelves.of(address), address), data }, enrolled: { generation, inbox } };
  }

  function enrol(record: StoredRecord, issued: number, now: number, admission: Admission): Promise<void> {
    return change(record.address, now, async ({ enrolled, left }, write, view) => {
      if (left.some((departure) => issued <= departure.issued))
        throw new LetterboxError('token-replayed', {});
      if (enrolled !== undefined) {
        const { writes } = rewrite(renewed(enrolled.inbox, record), enrolled, left, write);
        const moved = await move(record.address, admission, now, view);
        return { writes: [...moved, ...writes], result: nothing };
      }
      const made = await create(record, admission, now, view);
      return { writes: [made.head, ...write({ enrolled: made.enrolled, left })], result: nothing };
    });
  }

  return {
    async inbox(address) {
      const shelf = shelves.of(address);
      return inboxIn(await engine.read(shelf, recordOf(shelf, address)), shelf, address);
    },

    enrol(record, issued, now, admission) {
      const work = (): Promise<void> => enrol(record, issued, now, admission);
      return isInvite(admission) ? queues.run(`invite ${admission.id}`, work) : work();
    },

    confirm: (record, state, now) =>
      change(record.address, now, ({ enrolled, left }, write) =>
        Promise.resolve(
          enrolled === undefined
            ? UNCHANGED
            : rewrite(confirmed(enrolled.inbox, record, state, now), enrolled, left, write),
        ),
      ),

    async leave(address, { jti, issued, forget }, now) {
      const shelf = shelves.of(address);
      const seq = await change(address, now, ({ enrolled, left }, write, { uncertain }) => {
        const done = left.some((departure) => departure.jti === jti);
        if (done && uncertain) return Promise.resolve({ writes: [], result: (): number => 0 });
        if (done) throw new LetterboxError('token-replayed', {});
        if (enrolled === undefined) throw new LetterboxError('not-enrolled', {});
        const writes = [...erased(shelf, address), ...write({ left: [...left, { jti, issued, forget }] })];
        return Promise.resolve({ writes, result: (taken: number) => taken });
      });
      if (seq > 0) await erasure.eraseLeft(shelf, address, seq);
    },

    async end(address, now) {
      const shelf = shelves.of(address);
      const seq = await change(address, now, ({ enrolled, left }, write) => {
        const isOver = enrolled !== undefined && endOf(enrolled.inbox) <= now;
        const writes = isOver ? [...erased(shelf, address), ...write({ left })] : [];
        return Promise.resolve({ writes, result: (taken: number) => taken });
      });
      if (seq > 0) await erasure.eraseLeft(shelf, address, seq);
      return seq > 0;
    },
  };
}

/** All of an inbox but its record, and what a sweep erases. */
function erased(shelf: Shelf, address: Address): readonly Write[] {
  return [
    { subject: eraseOf(shelf, address), data: '1' },
    erasing(policyOf(shelf, address)),
    erasing(headOf(shelf, address), BAR_SECONDS),
  ];
}

type Rewrite = (next: RecordDocument) => readonly Write[];

const nothing = (): void => undefined;
const UNCHANGED: Plan<void> = { writes: [], result: nothing };

function rewrite(
  inbox: Inbox | undefined,
  { generation }: { readonly generation: number },
  left: RecordDocument['left'],
  write: Rewrite,
): Plan<void> {
  if (inbox === undefined) return UNCHANGED;
  return { writes: write({ enrolled: { generation, inbox }, left }), result: nothing };
}

/** Of no leaves, long ago: then nothing is left to remember. */
function lastForget({ left }: RecordDocument): number {
  return Math.max(...left.map(({ forget }) => forget));
}
