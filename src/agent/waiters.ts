import type { ApprovalRow } from './approval-row.ts';

/** Pages that wait for an approval in this run; a page of an earlier run asks again and finds the row. */
export interface Waiters {
  /** Resolves when `settle` is called for this id. Wait first, then look at the row, so that nothing falls between. */
  wait(id: string): Promise<ApprovalRow>;
  settle(row: ApprovalRow): void;
}

export function createWaiters(): Waiters {
  const waiting = new Map<string, { promise: Promise<ApprovalRow>; resolve: (row: ApprovalRow) => void }>();
  return {
    wait(id) {
      const known = waiting.get(id);
      if (known !== undefined) return known.promise;
      const fresh = Promise.withResolvers<ApprovalRow>();
      waiting.set(id, fresh);
      return fresh.promise;
    },
    settle(row) {
      waiting.get(row.id)?.resolve(row);
      waiting.delete(row.id);
    },
  };
}
