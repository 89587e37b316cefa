import assert from 'node:assert/strict';
import { receivedCard } from '../app-page.ts';
import type { JourneyStep } from '../step.ts';
import { answer, messageRow, reply } from '../views.ts';
import { countAt, onlyMessageOf } from '../witness.ts';
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
      for (const [person, text] of [
        [bob, LETTER],
        [alice, ANSWER],
      ] as const) {
        const inbox = await person.session(APP);
        await onlyMessageOf(inbox);
        assert.equal((await countAt(world.server, inbox)).total, 1);
        assert.equal(await receivedCard(person.app(APP), text).count(), 1);
        const popup = await person.openView('popup');
        await messageRow(popup, text).waitFor();
        assert.equal(await popup.getByRole('grid', { name: 'Messages' }).getByRole('row').count(), 1);
      }
    },
  },
];
