import { expected } from './outlook.ts';
import { finishConnect } from './connecting.ts';
import type { Context } from './context.ts';
import { finishSend } from './page-send.ts';
import type { ApprovalRow } from './approval-row.ts';

/** Brings an approved question's effects to disk. */
export async function finishApproved(ctx: Context, row: ApprovalRow): Promise<void> {
  const { ask } = row;
  if (ask.kind === 'connect') await finishConnect(ctx, { ...row, ask });
  else await finishSend(ctx, { ...row, ask });
}

/**
 * Those that an earlier run was told and could not finish.
 * @returns whether there were any
 */
export async function resumeApproved(ctx: Context): Promise<boolean> {
  const rows = await ctx.store.read(['approvals'], (tx) =>
    tx.list('approvals', { index: 'state', only: 'approved' }),
  );
  for (const row of rows) {
    try {
      await finishApproved(ctx, row);
    } catch (error) {
      expected(error); // the question is open again, or refused with its reason: that is where the person reads it
    }
  }
  return rows.length > 0;
}
