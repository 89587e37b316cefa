import { LetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import { serverKey, updateLink } from './link-rows.ts';
import type { ServerInvite } from './owner-api.ts';
import type { LinkRow } from './rows.ts';

/**
 * Enrols at a server that admits by invitation. The code stays with the link until the server took it or turned it down,
 * however long it is out of reach.
 * @throws LetterboxError `not-admitted` where the code opens nothing there
 */
export async function redeemInvite(
  ctx: Context,
  { inbox, server, code }: ServerInvite,
  work: () => Promise<void>,
): Promise<void> {
  const key = serverKey(server);
  const link = (): Promise<LinkRow | undefined> =>
    ctx.store.read(['links'], (tx) => tx.get('links', [inbox, key]));
  const before = await link();
  if (before?.stage !== 'open') throw new LetterboxError('malformed', { what: 'server', problem: 'unknown' });
  await updateLink(ctx, before, ({ problem: _, ...row }) => ({
    ...row,
    invite: code,
    retry: { attempts: 0, nextTry: 0 },
  }));
  await work();
  if ((await link())?.problem?.code === 'not-admitted') throw new LetterboxError('not-admitted', {});
}
