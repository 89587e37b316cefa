import { describe } from 'vitest';
import type { Store } from '../../src/server/stores/store.ts';
import { describeAccepting } from './store/accepting.ts';
import { describeAdmission } from './store/admission.ts';
import { describeEnrolment } from './store/enrolment.ts';
import { describeLeaving } from './store/leaving.ts';
import { describeListing } from './store/listing.ts';
import { describePolicy } from './store/policy.ts';
import { describeRetention } from './store/retention.ts';
import { describeWatching } from './store/watching.ts';
import { subjectOf, type StoreTraits } from './store/fixtures.ts';

/** What every store does, whatever it is made of. `open` gives an empty one with CONTRACT_LIMITS. */
export function describeStore(adapter: string, traits: StoreTraits, open: () => Promise<Store>): void {
  const subject = subjectOf(traits, open);
  describe(`store contract: ${adapter}`, () => {
    describeEnrolment(subject);
    describeAdmission(subject);
    describeLeaving(subject);
    describeAccepting(subject);
    describePolicy(subject);
    describeListing(subject);
    describeRetention(subject);
    describeWatching(subject);
  });
}
