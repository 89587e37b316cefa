import type { Origin } from '../../src/protocol/ids.ts';
import type { PageReply, PageNotice, ToPage } from '../../src/protocol/page-wire.ts';
import type { PageSender } from './sender.ts';

/** One page's live port. */
export interface Page extends PageSender {
  /** Calls that it has open. */
  open: number;
  post(message: ToPage): void;
}

/** What the registry needs of the browser's ports and tabs. */
export interface PagePort {
  postMessage(message: unknown): void;
  readonly onDisconnect: { addListener(listener: () => void): void };
}
export interface Tabs {
  tabsOf(app: Origin): Promise<readonly number[]>;
  nudge(tabId: number, kind: 'wake'): Promise<boolean>;
}

/** The pages that can be told of events. A page's port dies with the worker; a nudge brings it back. */
export interface Pages {
  add(sender: PageSender, port: PagePort): Page;
  /** Whether any tab shows one, whether or not its port is there. */
  has(app: Origin): Promise<boolean>;
  /** Tells the app's pages, in all tabs, once `allowed` has said yes of each. */
  tell(app: Origin, notice: PageNotice, allowed: (page: PageSender) => Promise<boolean>): Promise<void>;
  /** Ends those whose site does not stay on. */
  endUnless(staysOn: (app: Origin) => Promise<boolean>): Promise<void>;
}

/** Milliseconds that a nudged page has to come back. */
const PATIENCE = 5000;

export function createPages(tabs: Tabs): Pages {
  const pages = new Map<number, Page>();
  const awaited = new Map<number, Set<(page: Page) => void>>();
  const asked = new Map<Origin, Promise<readonly number[]>>();

  /** Whoever asks in one turn shares the answer: many messages may come at once. */
  function tabsOf(app: Origin): Promise<readonly number[]> {
    const answer =
      asked.get(app) ??
      Promise.resolve().then(() => {
        asked.delete(app);
        return tabs.tabsOf(app);
      });
    asked.set(app, answer);
    return answer;
  }

  function add(sender: PageSender, port: PagePort): Page {
    let closed = false;
    const page: Page = {
      ...sender,
      open: 0,
      post: (message: PageReply | PageNotice) => {
        if (!closed) port.postMessage(message);
      },
    };
    port.onDisconnect.addListener(() => {
      closed = true;
      if (pages.get(sender.tabId) === page) pages.delete(sender.tabId);
    });
    pages.set(sender.tabId, page);
    for (const arrived of awaited.get(sender.tabId) ?? []) arrived(page);
    return page;
  }

  async function pageIn(tabId: number): Promise<Page | undefined> {
    const page = pages.get(tabId);
    if (page !== undefined) return page;
    const arrival = arrivalIn(tabId);
    if (!(await tabs.nudge(tabId, 'wake'))) arrival.giveUp();
    return arrival.page;
  }

  function arrivalIn(tabId: number): { page: Promise<Page | undefined>; giveUp(): void } {
    const { promise, resolve } = Promise.withResolvers<Page | undefined>();
    const waiting = awaited.get(tabId) ?? new Set();
    awaited.set(tabId, waiting.add(resolve));
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    const page = promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(resolve);
    });
    return { page, giveUp: () => resolve(undefined) };
  }

  return {
    add,
    has: async (app) => (await tabsOf(app)).length > 0,
    async endUnless(staysOn) {
      for (const page of pages.values()) if (!(await staysOn(page.app))) page.post({ kind: 'off' });
    },
    async tell(app, notice, allowed) {
      const tabIds = await tabsOf(app);
      await Promise.all(
        tabIds.map(async (tabId) => {
          const page = await pageIn(tabId);
          if (page?.app === app && (await allowed(page))) page.post(notice);
        }),
      );
    },
  };
}
