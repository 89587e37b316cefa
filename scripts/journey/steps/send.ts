import assert from 'node:assert/strict';
import { sendPostcard, sentCard } from '../app-page.ts';
import type { JourneyStep } from '../step.ts';
import { deliveriesAt, fileOf, openedBy, pointersTo } from '../witness.ts';
import { APP, LETTER } from './letter.ts';

/** What Postcard says of a message that the server has: it may have been fetched since. */
const AT_SERVER = '[data-state="accepted"], [data-state="delivered"]';

/** From Alice's page into her bucket, and to Bob's server. */
export const sendSteps: readonly JourneyStep[] = [
  {
    name: 'Alice’s page writes to bob.id.blockstack; Letterbox asks her, for he is new',
    async run({ alice, bob }) {
      const window = await alice.untilAsked(() => sendPostcard(alice.app(APP), bob.name, LETTER));
      await window.getByText(bob.name).first().waitFor();
      await window.getByText(LETTER).waitFor();
    },
    pictures: [{ name: 'approval-send', of: ({ alice }) => alice.view('approve'), size: 'approval' }],
  },
  {
    name: 'Alice allows it; her page shows it at his server',
    async run({ alice }) {
      await alice.view('approve').getByRole('button', { name: 'Send' }).click();
      await sentCard(alice.app(APP), LETTER).and(alice.app(APP).locator(AT_SERVER)).waitFor();
    },
  },
  {
    name: 'the file lies in Alice’s bucket, sealed for Bob',
    async run({ alice, bob }) {
      const [sender, recipient] = await Promise.all([alice.session(APP), bob.session(APP)]);
      const { envelope } = await fileOf(sender, recipient, LETTER);
      assert.ok(!envelope.includes(LETTER), 'the text stands in the file in clear');
      assert.equal(await openedBy(sender, envelope), undefined, 'Alice’s own key opens the file');
    },
  },
  {
    name: 'a sealed pointer waits at Bob’s server',
    async run({ world, alice, bob }) {
      const [sender, recipient] = await Promise.all([alice.session(APP), bob.session(APP)]);
      const { items, unread, total } = await deliveriesAt(world.server, recipient);
      assert.deepEqual([items.length, unread, total], [1, 1, 1]);
      assert.equal(items[0]?.from.address, sender.address);
      const { id } = await fileOf(sender, recipient, LETTER);
      assert.equal(await pointersTo(world.server, recipient, id), 1);
    },
  },
];
