import browser from 'webextension-polyfill';
import type { Prompt } from '../../src/agent/ports.ts';

/** The approval window: one at a time, known by its id in `storage.session`, which outlives the worker. */
export interface ApprovalWindow extends Prompt {
  /** Whether the window that was just closed is this one; it is forgotten then. */
  wasClosed(windowId: number): Promise<boolean>;
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
    async wasClosed(windowId) {
      if ((await read()) !== windowId) return false;
      await browser.storage.session.remove(WINDOW);
      return true;
    },
  };
}

async function show(): Promise<void> {
  const open = await read();
  if (open !== undefined && (await isOpen(open))) {
    await browser.windows.update(open, { focused: true });
    return;
  }
  const { id } = await browser.windows.create({ type: 'popup', url: browser.runtime.getURL(PAGE), ...SIZE });
  await browser.storage.session.set({ [WINDOW]: id });
}

async function isOpen(id: number): Promise<boolean> {
  const windows = await browser.windows.getAll();
  return windows.some((window) => window.id === id);
}

async function read(): Promise<number | undefined> {
  const { [WINDOW]: id } = await browser.storage.session.get(WINDOW);
  return typeof id === 'number' ? id : undefined;
}
