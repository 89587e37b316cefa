import assert from 'node:assert/strict';
import { receivedCard } from '../app-page.ts';
import type { Stage } from '../stage.ts';
import type { JourneyStep } from '../step.ts';
import { messageRow, openRequests, requestRows } from '../views.ts';
import { until } from '../wait.ts';
import { countAt, fileOf, WITNESS } from '../witness.ts';
import { APP, LETTER, showsBadge } from './letter.ts';

/** From Bob's badge to a message that he has read. */
export const receiveSteps: readonly JourneyStep[] = [
  {
    name: 'Bob’s badge shows 1',
    async run({ bob }) {
      await showsBadge(bob, '1');
      const popup = await bob.openView('popup');
      await popup.getByText('1 request', { exact: true }).waitFor();
    },
    pictures: [{ name: 'popup-request', of: ({ bob }) => bob.view('popup'), size: 'popup' }],
  },
  {
    name: 'Bob finds a request from Alice’s proven address; nothing was fetched',
    async run(stage) {
      const { alice, bob } = stage;
      const sender = await alice.session(APP);
      const popup = bob.view('popup');
      await openRequests(popup);
      await requestRows(popup).click();
      await popup.getByText('Proven by its signature').waitFor();
      await popup.getByText(sender.address, { exact: true }).waitFor();
      await popup.getByText(`Says it is ${alice.name}`).waitFor();
      assert.equal(await popup.getByText(LETTER).count(), 0, 'the letter is shown');
      await nothingWasFetched(stage);
    },
    pictures: [{ name: 'request', of: ({ bob }) => bob.view('popup'), size: 'popup' }],
  },
  {
    name: 'Bob accepts: the message is fetched',
    async run(stage) {
      const [sender, recipient] = await Promise.all([stage.alice.session(APP), stage.bob.session(APP)]);
      const { url } = await fileOf(sender, recipient, LETTER);
      await stage.bob.view('popup').getByRole('button', { name: 'Accept and read' }).click();
      await until('Bob’s worker has read the file', async () => (await readsOf(stage, url)).length > 0);
    },
  },
  {
    name: 'it stands under Postcard, with Alice’s proven name',
    run: ({ alice, bob }) =>
      messageRow(bob.view('popup'), `Unread. ${alice.name}, name proven, in ${APP}. ${LETTER}`).waitFor(),
    pictures: [
      { name: 'popup', of: ({ bob }) => bob.view('popup'), size: 'popup' },
      { name: 'popup-dark', of: ({ bob }) => bob.view('popup'), size: 'popup', dark: true },
    ],
  },
  {
    name: 'Bob’s page gets it',
    async run({ alice, bob }) {
      const card = receivedCard(bob.app(APP), LETTER);
      await card.waitFor();
      await card.getByText(alice.name).waitFor();
    },
    pictures: [{ name: 'page', of: ({ bob }) => bob.app(APP), size: 'page' }],
  },
  {
    name: 'Bob reads it: his badge and the server’s count are clear',
    async run({ world, bob }) {
      const popup = bob.view('popup');
      await messageRow(popup, LETTER).click();
      await popup.getByRole('article').getByText(LETTER).waitFor();
      await showsBadge(bob, '');
      const recipient = await bob.session(APP);
      await until(
        'the server counts nothing unread',
        async () => (await countAt(world.server, recipient)).unread === 0,
      );
    },
    pictures: [{ name: 'message', of: ({ bob }) => bob.view('popup'), size: 'popup' }],
  },
];

/** Neither the sender's bucket nor her name was looked up: by Bob's browser's word, and by the hub's. */
async function nothingWasFetched(stage: Stage): Promise<void> {
  const { alice, world, hubLog } = stage;
  const { bucket } = await alice.session(APP);
  assert.deepEqual(await readsOf(stage, bucket), [], 'Bob’s browser looked into Alice’s bucket');
  const names = `${world.registry}/v1/names/${alice.name}`;
  assert.deepEqual(await readsOf(stage, names), [], 'and resolved her name');
  const served = hubLog?.under(`${bucket}letterbox/messages/`) ?? [];
  assert.deepEqual(
    served.filter(({ agent }) => agent !== WITNESS),
    [],
    'the hub served the file',
  );
}

/** What Bob's browser, pages and worker, asked for under this URL. */
async function readsOf({ bob }: Stage, url: string): Promise<string[]> {
  const urls = (await bob.browser.requests()).map((request) => request.url);
  return urls.filter((one) => one.startsWith(url));
}
