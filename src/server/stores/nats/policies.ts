import type { Address } from '../../../protocol/ids.ts';
import { supersedes } from '../rules.ts';
import type { Store } from '../store.ts';
import { headIn, inboxIn, policyIn, standingIn, type PolicyDocument } from './documents.ts';
import type { Engine } from './engine.ts';
import { encodeHead, type Entry } from './head.ts';
import { headOf, policyOf, recordOf } from './subjects.ts';

/** Whom an inbox's owner allows and blocks. */
export type Policies = Pick<Store, 'recipient' | 'setPolicy'>;

export function policies(engine: Engine): Policies {
  const { shelves, steps, queues } = engine;
  return {
    async recipient(address, sender) {
      const shelf = shelves.of(address);
      const found = await engine.read(shelf, recordOf(shelf, address), policyOf(shelf, address));
      const inbox = inboxIn(found, shelf, address);
      return inbox && { inbox, standing: standingIn(policyIn(found, shelf, address), sender) };
    },

    setPolicy: (inbox, policy, bytes) =>
      queues.run(inbox, () =>
        steps.take(async ({ source }) => {
          const shelf = shelves.of(inbox);
          const subject = headOf(shelf, inbox);
          const found = await engine.find(shelf, [subject], source);
          const head = headIn(found, shelf, inbox);
          const result = (): void => undefined;
          if (!supersedes(policy, bytes, head.policy)) return { writes: [], result };
          const { seq, allowed, blocked } = policy;
          const document: PolicyDocument = { seq, digest: bytes, allowed, blocked };
          const entries = welcome(head.entries, document);
          const data = encodeHead({ ...head, policy: { seq, digest: bytes }, entries });
          const writes = [
            { subject: policyOf(shelf, inbox), data: JSON.stringify(document) },
            { subject, data, expects: found.seqOf(subject) },
          ];
          return { writes, result };
        }),
      ),
  };
}

/**
 * Who is allowed takes along what is stored, which leaves the strangers' space to others. Nothing goes back: what
 * somebody sent while they were allowed takes no stranger's space, or it would shut strangers out.
 */
function welcome(entries: readonly Entry[], policy: PolicyDocument): Entry[] {
  const isAllowed = new Map<Address, boolean>();
  return entries.map((entry) => {
    const { stranger, ...known } = entry;
    if (stranger === undefined) return entry;
    const allowed = isAllowed.get(stranger) ?? standingIn(policy, stranger) === 'allowed';
    isAllowed.set(stranger, allowed);
    return allowed ? known : entry;
  });
}
