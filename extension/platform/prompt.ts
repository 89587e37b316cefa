import { ANSWERED_WINDOW, APPROVAL_WINDOW } from '../../src/agent/owner-wire.ts';
import type { Prompt } from '../../src/agent/ports.ts';
import type { Timer } from '../../src/protocol/ports.ts';
import type { SessionArea } from './vault-look.ts';

/** The approval window: one at a time, known by its id in `storage.session`, which outlives the worker. */
export interface ApprovalWindow extends Prompt {
  /**
   * Who closed the window that was just closed, if it is this one; it is forgotten then. It closes itself once nothing
   * was left to answer, which is no answer to what was asked since.
   */
  closedBy(windowId: number): Promise<'person' | 'itself' | undefined>;
  /** Whether there is one, as far as anybody has heard of its end. */
  isUp(): Promise<boolean>;
}

export interface PromptParts {
  /** The browser's. */
  readonly windows: Windows;
  readonly session: SessionArea;
  readonly timer: Timer;
  /** Address of the page in the window. */
  readonly page: string;
}

interface Windows {
  getAll(): Promise<readonly OneWindow[]>;
  create(options: { type: 'popup'; url: string; width: number; height: number }): Promise<OneWindow>;
  update(id: number, change: { focused: true }): Promise<unknown>;
}

interface OneWindow {
  readonly id?: number | undefined;
}

const SIZE = { width: 420, height: 680 };
/** Milliseconds for the browser to say that a window is there. */
const CREATED_WITHIN = 10_000;

export function createPrompt(parts: PromptParts): ApprovalWindow {
  const { session } = parts;
  let last: Promise<unknown> = Promise.resolve();

  return {
    show() {
      const inTurn = () => show(parts);
      const shown = last.then(inTurn, inTurn);
      last = shown;
      return shown;
    },
    async closedBy(windowId) {
      if ((await read(session, APPROVAL_WINDOW)) !== windowId) return undefined;
      const answered = await read(session, ANSWERED_WINDOW);
      await session.remove([APPROVAL_WINDOW, ANSWERED_WINDOW]);
      return answered === windowId ? 'itself' : 'person';
    },
    isUp: async () => (await read(session, APPROVAL_WINDOW)) !== undefined,
  };
}

async function show(parts: PromptParts): Promise<void> {
  const { windows, session } = parts;
  const open = await read(session, APPROVAL_WINDOW);
  if (open !== undefined && (await isOpen(windows, open))) {
    // not waited for: of a window that closes meanwhile Firefox never says that it has the focus, and nothing else would
    // be shown any more; what was asked comes up anew once it is closed
    windows.update(open, { focused: true }).catch(() => undefined);
    return;
  }
  await create(parts);
}

/** Of a window that is closed as it opens Firefox never says that it was there, and nothing else would be shown any more. */
async function create({ windows, session, timer, page }: PromptParts): Promise<void> {
  const late = Promise.withResolvers<undefined>();
  const forget = timer.after(CREATED_WITHIN, () => late.resolve(undefined));
  try {
    const created = await Promise.race([windows.create({ type: 'popup', url: page, ...SIZE }), late.promise]);
    if (created?.id !== undefined) await session.set({ [APPROVAL_WINDOW]: created.id });
  } finally {
    forget();
  }
}

async function isOpen(windows: Windows, id: number): Promise<boolean> {
  return (await windows.getAll()).some((window) => window.id === id);
}

async function read(session: SessionArea, key: string): Promise<number | undefined> {
  const { [key]: id } = await session.get(key);
  return typeof id === 'number' ? id : undefined;
}
