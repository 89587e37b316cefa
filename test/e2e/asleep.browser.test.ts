import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whileAsleep } from '../../scripts/journey/asleep.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';
import { until } from '../../scripts/journey/wait.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';

let there: InWorld;
let profile: string;
let send: (text: string) => Promise<void>;

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'letterbox-asleep-'));
  there = await startInWorld('asleep', { profile });
  const { world, browser } = there;
  await connectApp(browser, world);
  const sendTo = await startSender(world);
  send = (text) => sendTo(world.people.bob.name, text);
  await send('The ferry leaves at nine.');
  await acceptRequest(browser, 'The ferry leaves at nine.');
  await badge('1');
});
afterAll(async () => {
  await there.end();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

const badge = (wanted: string) =>
  until(`the badge says ${wanted}`, async () => (await there.browser.badge()) === wanted);

/** No alarm is brought forward in these: the worker notices by itself. */
test('what came while the computer slept is there when it wakes', async () => {
  await whileAsleep(profile, () => send('And it is full.'));
  await expect(badge('2')).resolves.toBe(true);
});

test('so it is where the server was started anew meanwhile, and what comes then follows', async () => {
  await whileAsleep(profile, async () => {
    await there.world.restartServer();
    await send('There is another at ten.');
  });
  await expect(badge('3')).resolves.toBe(true);
  await send('It is empty.');
  await expect(badge('4')).resolves.toBe(true);
});
