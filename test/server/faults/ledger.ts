import type { DeliveryId } from '../../../src/protocol/ids.ts';
import type { Pointer } from '../../../src/protocol/pointer.ts';
import type { Acceptance } from '../../../src/protocol/server-api.ts';
import type { Person } from '../person.ts';

/** A pointer that a client wants delivered. */
export interface Parcel {
  readonly from: Person;
  readonly to: Person;
  readonly id: DeliveryId;
  readonly pointer: Pointer;
}

/** A parcel that the server said it has. */
export interface Receipt {
  readonly parcel: Parcel;
  readonly answer: Acceptance;
}

/** What clients saw, and so what must be true of the server afterwards. */
export interface Ledger {
  /** By delivery id, each of them unique here. */
  readonly receipts: ReadonlyMap<DeliveryId, Receipt>;
  /** How often each answer came, `none` for none at all. */
  readonly answers: ReadonlyMap<string, number>;
  /** Deliveries that the server said are marked as read, and those that it said are removed. */
  readonly read: Set<DeliveryId>;
  readonly removed: Set<DeliveryId>;
  /** Removed before a restore, which may have undone it. */
  readonly perhapsRemoved: Set<DeliveryId>;
  /** What no client may ever see, one line each. */
  readonly flaws: string[];
  /** Accepted with 201 twice, though the first was answered. */
  readonly twice: number;
  /** Lost by a restore, and accepted as new when they were sent again. */
  readonly healed: number;
  answered(answer: number | 'none'): void;
  accepted(parcel: Parcel, status: 200 | 201, answer: Acceptance): void;
  /** How many restores there were. */
  readonly restores: number;
  /**
   * A restore lost what came after the backup: what is not covered is owed no more, and acks and removals are open again.
   * @param covered what was acknowledged before the backup began
   * @returns what was acknowledged and not covered, for its senders to send again
   */
  restored(covered: ReadonlySet<DeliveryId>): readonly Parcel[];
  heal(deliveries: number): void;
  /** Settles once the condition holds; it is asked after each answer. @throws Error after `TIME_LIMIT_MS` */
  until(what: string, condition: () => boolean): Promise<void>;
  countOf(...answers: (number | 'none')[]): number;
}

/** No fault takes longer to heal. */
const TIME_LIMIT_MS = 90_000;

export function createLedger(): Ledger {
  const receipts = new Map<DeliveryId, Receipt>();
  const answers = new Map<string, number>();
  const waiting = new Set<() => void>();
  const ledger = {
    receipts,
    answers,
    read: new Set<DeliveryId>(),
    removed: new Set<DeliveryId>(),
    perhapsRemoved: new Set<DeliveryId>(),
    flaws: [] as string[],
    twice: 0,
    healed: 0,
    restores: 0,
    answered(answer: number | 'none') {
      answers.set(String(answer), (answers.get(String(answer)) ?? 0) + 1);
      for (const look of waiting) look();
    },
    accepted(parcel: Parcel, status: 200 | 201, answer: Acceptance) {
      if (status === 201 && receipts.has(parcel.id)) ledger.twice += 1;
      receipts.set(parcel.id, { parcel, answer });
    },
    restored(covered: ReadonlySet<DeliveryId>) {
      ledger.restores += 1;
      for (const id of ledger.removed) ledger.perhapsRemoved.add(id);
      ledger.read.clear();
      ledger.removed.clear();
      const owed = [...receipts.values()].map(({ parcel }) => parcel).filter(({ id }) => !covered.has(id));
      for (const { id } of owed) receipts.delete(id);
      return owed;
    },
    heal(deliveries: number) {
      ledger.healed += deliveries;
    },
    until(what: string, condition: () => boolean): Promise<void> {
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `${what}: not within ${TIME_LIMIT_MS / 1000} s; ${describe(Object.fromEntries(answers))}`,
            ),
          );
        }, TIME_LIMIT_MS);
        const look = (): void => {
          if (!condition()) return;
          clearTimeout(limit);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    countOf: (...wanted: (number | 'none')[]) =>
      wanted.reduce((total: number, answer) => total + (answers.get(String(answer)) ?? 0), 0),
  };
  return ledger;
}

/** As `201: 3, none: 2`. */
export function describe(answers: Readonly<Record<string, number>>): string {
  return Object.entries(answers)
    .map(([answer, count]) => `${answer}: ${count}`)
    .join(', ');
}
