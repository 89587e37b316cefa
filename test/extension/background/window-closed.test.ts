import { expect, test } from 'vitest';
import { createWindowClosed } from '../../../extension/background/window-closed.ts';
import type { Agent } from '../../../src/agent/agent.ts';
import type { Origin } from '../../../src/protocol/ids.ts';
import { createMemoryArea } from '../../agent/memory-area.ts';

const APP = 'https://app.example' as Origin;

/** A browser in which the window 1 is the approval window, and asks for one app. */
function scene() {
  const session = createMemoryArea();
  const said: string[] = [];
  const up = { is: true };
  let due: () => void = () => undefined;
  const agent = {
    owner: { overview: async () => ({ approvals: 1 }) },
    async promptClosed() {
      said.push('declined');
      return [APP];
    },
    async countDeclined(apps: readonly Origin[]) {
      said.push(`counted ${apps.join()}`);
    },
    async promptLost() {
      said.push('lost');
    },
  } as Pick<Agent, 'promptClosed' | 'countDeclined' | 'promptLost'> as Agent;
  /** As each worker makes it anew. */
  const start = async (by: 'person' | 'itself' = 'person') => {
    const made = createWindowClosed({
      prompt: {
        closedBy: async (id) => (id === 1 ? by : undefined),
        isUp: async () => up.is,
        async show() {
          said.push('shown');
        },
      },
      agent: async () => agent,
      session,
      timer: {
        after(_milliseconds, call) {
          due = call;
          return () => undefined;
        },
      },
      report: (error) => said.push(String(error)),
    });
    await made.started(agent);
    return made;
  };
  return { said, session, up, start, goOn: () => due() };
}

test('closed by the person it declines at once, and counts once the browser has gone on', async () => {
  const { said, start, goOn } = scene();
  const { closed } = await start();
  await closed(2);
  expect(said).toEqual(['lost']);
  await closed(1);
  expect(said).toEqual(['lost', 'declined']);
  goOn();
  await expect.poll(() => said).toEqual(['lost', 'declined', `counted ${APP}`]);
  await start();
  expect(said).toHaveLength(3);
});

test('it is counted by the next worker, where this one ends before, and once', async () => {
  const { said, start } = scene();
  await (await start()).closed(1);
  await start();
  await start();
  expect(said).toEqual(['lost', 'declined', `counted ${APP}`]);
});

test('it is not counted where the browser ends; the next one withdraws what was left', async () => {
  const { said, session, start } = scene();
  await (await start()).closed(1);
  session.items.clear();
  await start();
  await start();
  expect(said).toEqual(['lost', 'declined', 'lost']);
});

test('closed again before that, the one before counts: the browser went on after it', async () => {
  const { said, start, goOn } = scene();
  const { closed } = await start();
  await closed(1);
  await closed(1);
  goOn();
  await expect.poll(() => said.filter((one) => one.startsWith('counted'))).toHaveLength(2);
});

test('closed by itself it is nobody’s no, and is shown again for what was asked meanwhile', async () => {
  const { said, start } = scene();
  await (await start('itself')).closed(1);
  await start();
  expect(said).toEqual(['lost', 'shown']);
});

test('where the worker ended before the window was there, the next one shows it', async () => {
  const { said, up, start } = scene();
  await start();
  up.is = false;
  await start();
  await expect.poll(() => said).toEqual(['lost', 'shown']);
});
