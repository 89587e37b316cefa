import assert from 'node:assert/strict';
import { receivedCard, receivedIn } from '../app-page.ts';
import type { Person } from '../person.ts';
import type { JourneyStep } from '../step.ts';
import { answer, messageRow, reply } from '../views.ts';
import { fileOf, pointersTo } from '../witness.ts';
import { ANSWER, APP, LETTER, showsBadge } from './letter.ts';

/** From Bob's popup to Alice's badge. */
export const answerSteps: readonly JourneyStep[] = [
  {
    name: 'Bob answers in the popup',
    async run({ bob }) {
      const popup = bob.view('popup');
      await reply(popup, 'alice', ANSWER);
      await answer(popup, ANSWER).waitFor();
    },
  },
  {
    name: 'Alice’s badge shows it at once',
    async run({ alice, bob }) {
      await showsBadge(alice, '1');
      const popup = await alice.openView('popup');
      await messageRow(popup, `Unread. ${bob.name}, name proven, in ${APP}. ${ANSWER}`).waitFor();
      await receivedCard(alice.app(APP), ANSWER).waitFor();
    },
    pictures: [{ name: 'popup-answer', of: ({ alice }) => alice.view('popup'), size: 'popup' }],
  },
  {
    name: 'each message is there once',
    async run({ world, alice, bob }) {
      await isOnce(world.server, alice, bob, LETTER);
      await isOnce(world.server, bob, alice, ANSWER);
    },
  },
];

/** Once in the sender's bucket, at the recipient's server, in the recipient's page and popup; and nothing else there. */
async function isOnce(server: string, from: Person, to: Person, text: string): Promise<void> {
  const [sender, recipient] = await Promise.all([from.session(APP), to.session(APP)]);
  const { id } = await fileOf(sender, recipient, text);
  assert.equal(await pointersTo(server, recipient, id), 1);
  assert.deepEqual(await receivedIn(to.app(APP)), [id]);
  const popup = await to.openView('popup');
  await messageRow(popup, text).waitFor();
  assert.equal(await popup.getByRole('grid', { name: 'Messages' }).getByRole('row').count(), 1);
}
