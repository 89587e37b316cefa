import { expect, test, vi } from 'vitest';
import { createPrompt } from '../../../extension/platform/prompt.ts';
import { ANSWERED_WINDOW, APPROVAL_WINDOW } from '../../../src/agent/owner-wire.ts';
import { createMemoryArea } from '../../agent/memory-area.ts';

const PAGE = 'moz-extension://here/approve/index.html';

/** A browser’s windows. One that is asked for while it is `silent` is never said to be there, as Firefox has it. */
function scene() {
  const session = createMemoryArea();
  const open = new Set<number>();
  const asked: string[] = [];
  const state = { silent: false };
  let [created, due]: [number, () => void] = [0, () => undefined];
  const windows = {
    getAll: async () => [...open].map((id) => ({ id })),
    async create({ url }: { url: string }) {
      asked.push(`create ${url}`);
      if (state.silent) return Promise.withResolvers<{ id: number }>().promise;
      created += 1;
      open.add(created);
      return { id: created };
    },
    async update(id: number) {
      asked.push(`focus ${String(id)}`);
    },
  };
  const timer = {
    after(_milliseconds: number, call: () => void) {
      due = call;
      return () => (due = () => undefined);
    },
  };
  /** As each worker makes it anew. */
  const start = () => createPrompt({ windows, session, timer, page: PAGE });
  return { session, open, asked, state, start, giveUp: () => due() };
}

test('there is one window: asked for again it comes to the front, in the next worker too', async () => {
  const { asked, start, open } = scene();
  const prompt = start();
  expect(await prompt.isUp()).toBe(false);
  await Promise.all([prompt.show(), prompt.show()]);
  expect(await prompt.isUp()).toBe(true);
  await start().show();
  expect(asked).toEqual([`create ${PAGE}`, 'focus 1', 'focus 1']);
  open.clear();
  await start().show();
  expect(asked).toHaveLength(4);
  expect(asked.at(-1)).toBe(`create ${PAGE}`);
});

test('a window of which the browser never says that it is there holds up no question after it', async () => {
  const { asked, state, start, giveUp } = scene();
  const prompt = start();
  state.silent = true;
  const first = prompt.show();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  state.silent = false;
  const second = prompt.show();
  giveUp();
  await Promise.all([first, second]);
  expect(asked).toEqual([`create ${PAGE}`, `create ${PAGE}`]);
  expect(await prompt.isUp()).toBe(true);
});

test('who closed it is known once, from the window that noted itself', async () => {
  const { session, start } = scene();
  const prompt = start();
  await session.set({ [APPROVAL_WINDOW]: 7 });
  expect(await prompt.closedBy(8)).toBeUndefined();
  expect(await prompt.closedBy(7)).toBe('person');
  expect(await prompt.closedBy(7)).toBeUndefined();
  await session.set({ [APPROVAL_WINDOW]: 7, [ANSWERED_WINDOW]: 7 });
  expect(await prompt.closedBy(7)).toBe('itself');
  expect(await prompt.isUp()).toBe(false);
});
