import browser from 'webextension-polyfill';
import { ANSWERED_WINDOW } from '../../src/agent/owner-wire.ts';
import type { Prompt } from '../../src/agent/ports.ts';

/** The approval window: one at a time, known by its id in `storage.session`, which outlives the worker. */
export interface ApprovalWindow extends Prompt {
  /**
   * Who closed the window that was just closed, if it is this one; it is forgotten then. It closes itself once nothing
   * was left to answer, which is no answer to what was asked since.
   */
  closedBy(windowId: number): Promise<'person' | 'itself' | undefined>;
}

const WINDOW = 'approval-window';
const PAGE = 'approve/index.html';
const SIZE = { width: 420, height: 680 };

export function createPrompt(): ApprovalWindow {
  let last: Promise<unknown> = Promise.resolve();

  return {
    show() {
      const shown = last.then(show, show);
      last = shown;
      return shown;
    },
    async closedBy(windowId) {
      if ((await read(WINDOW)) !== windowId) return undefined;
      const answered = await read(ANSWERED_WINDOW);
      await browser.storage.session.remove([WINDOW, ANSWERED_WINDOW]);
      return answered === windowId ? 'itself' : 'person';
    },
  };
}

async function show(): Promise<void> {
  const open = await read(WINDOW);
  if (open !== undefined && (await isOpen(open))) {
    // not waited for: of a window that closes meanwhile Firefox never says that it has the focus, and nothing else would
    // be shown any more; what was asked comes up anew once it is closed
    browser.windows.update(open, { focused: true }).catch(() => undefined);
    return;
  }
  const { id } = await browser.windows.create({ type: 'popup', url: browser.runtime.getURL(PAGE), ...SIZE });
  await browser.storage.session.set({ [WINDOW]: id });
}

async function isOpen(id: number): Promise<boolean> {
  const windows = await browser.windows.getAll();
  return windows.some((window) => window.id === id);
}

async function read(key: string): Promise<number | undefined> {
  const { [key]: id } = await browser.storage.session.get(key);
  return typeof id === 'number' ? id : undefined;
}
