import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { Invite } from '../store.ts';
import type { Engine } from './engine.ts';
import { parseJson } from './reading.ts';
import { shortHash } from './subjects.ts';

/** How often each invite was used. */
export interface Invites {
  /**
   * Once for each address, however often it is asked: who died between this and the enrolment comes back to it.
   * @throws LetterboxError `not-admitted` where it has run out, or opened as many inboxes as it may
   */
  use(invite: Invite, address: Address, now: number): Promise<void>;
}

/** The engine counts an end in nanoseconds from now. */
const LONGEST_SECONDS = 100 * 365 * 86_400;

export function createInvites({ shelves: { meta }, steps, find, grace }: Engine): Invites {
  return {
    async use({ id, uses, exp }, address, now) {
      const count = `${meta.root}invite.${shortHash(id)}`;
      const claim = `${meta.root}claim.${shortHash(`${id} ${address}`)}`;
      if (exp <= now) throw new LetterboxError('not-admitted', {});
      await steps.take(async ({ source }) => {
        const found = await find(meta, [count, claim], source);
        const result = (): void => undefined;
        if (found.get(claim) !== undefined) return { writes: [], result };
        const counted = found.get(count);
        const used = counted === undefined ? 0 : (parseJson(counted) as { used: number }).used;
        if (used >= uses) throw new LetterboxError('not-admitted', {});
        const seconds = Math.min(LONGEST_SECONDS, exp - now + grace);
        const writes = [
          { subject: claim, data: '{}', seconds, expects: found.seqOf(claim) },
          { subject: count, data: JSON.stringify({ used: used + 1 }), seconds, expects: found.seqOf(count) },
        ];
        return { writes, result };
      });
    },
  };
}
