import { expect, test } from 'vitest';
import type { Engine } from '../../../../src/server/stores/nats/engine.ts';
import { encodeHead } from '../../../../src/server/stores/nats/head.ts';
import { listing } from '../../../../src/server/stores/nats/listing.ts';
import type { Findings } from '../../../../src/server/stores/nats/reading.ts';
import { createSteps } from '../../../../src/server/stores/nats/steps.ts';
import { headOf, mailOf, shelvesOf } from '../../../../src/server/stores/nats/subjects.ts';
import { codeOf, newDelivery } from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { createPerson, deliveryId, START } from '../../person.ts';

/** What a page does about nodes that lag behind the one that told of the head: real ones do so too rarely. */

const alice = createPerson('alice');
const bob = createPerson('bob');
const ALL = { limit: 10, unreadOnly: false };
const HEAD_SEQ = 9;
const shelves = shelvesOf('test', 1);
const shelf = shelves.of(bob.address);
const timer = {
  after(_milliseconds: number, call: () => void) {
    queueMicrotask(call);
    return () => undefined;
  },
};

function findings(upTo: number, messages: Readonly<Record<string, Uint8Array | string>>): Findings {
  const get = (subject: string) => {
    const data = messages[subject];
    return data === undefined ? undefined : { seq: HEAD_SEQ, data: Buffer.from(data) };
  };
  return { upTo, get, seqOf: (subject) => get(subject)?.seq ?? 0 };
}

const letter = (seed: string): string =>
  JSON.stringify({ ...newDelivery(alice, bob, seed), generation: 1, to: undefined });

/** Two deliveries are listed; each answer is what the next node that is asked holds of them. */
function withAnswers(...answers: { upTo: number; holds: readonly (1 | 2)[] }[]) {
  const entries = [1, 2].map((sequence) => ({ sequence, expires: START + 1000, read: false }));
  const head = findings(Number.POSITIVE_INFINITY, {
    [headOf(shelf, bob.address)]: encodeHead({ generation: 1, last: 2, entries }),
  });
  const steps = createSteps(() => Promise.reject(new Error('a list writes nothing')), timer, random);
  const engine: Pick<Engine, 'shelves' | 'steps' | 'read' | 'find'> = {
    shelves,
    steps,
    read: () => Promise.resolve(head),
    find() {
      const { upTo, holds } = answers.shift() ?? { upTo: 0, holds: [] };
      const messages = holds.map((n) => [mailOf(shelf, bob.address, n), letter(`letter ${n}`)]);
      return Promise.resolve(findings(upTo, Object.fromEntries(messages) as Record<string, string>));
    },
  };
  return listing(engine as Engine, 'epoch');
}

const idsOf = async (from: ReturnType<typeof withAnswers>): Promise<string[]> =>
  (await from.list(bob.address, ALL, START)).items.map(({ id }) => id);
const [one, two] = [deliveryId('letter 1'), deliveryId('letter 2')];

test('a node that lags behind is asked again', async () => {
  expect(await idsOf(withAnswers({ upTo: 3, holds: [1] }, { upTo: 9, holds: [1, 2] }))).toEqual([one, two]);
});

test('a node that lags and yet has all that is wanted will do', async () => {
  expect(await idsOf(withAnswers({ upTo: 3, holds: [1, 2] }))).toEqual([one, two]);
});

test('what is gone on a node that does not lag is passed over, and the cursor goes past it', async () => {
  const from = withAnswers({ upTo: 9, holds: [1] });
  const page = await from.list(bob.address, ALL, START);
  expect(page.items.map(({ id }) => id)).toEqual([one]);
  const next = await from.list(bob.address, { ...ALL, after: page.cursor }, START);
  expect(next).toMatchObject({ items: [], more: false, cursor: page.cursor });
});

test('where all lag, the store is unavailable: a delivery that is there is never passed over', async () => {
  expect(await codeOf(withAnswers().list(bob.address, ALL, START))).toBe('unavailable');
});
