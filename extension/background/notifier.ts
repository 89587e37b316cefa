import type { Agent } from '../../src/agent/agent.ts';
import type { Notifier } from '../../src/agent/ports.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import type { PageEvents } from '../../src/protocol/page-api.ts';
import type { PageNotice } from '../../src/protocol/page-wire.ts';
import { badgeState } from '../platform/badge-state.ts';
import { createBadge } from '../platform/badge.ts';
import type { Changes } from '../platform/changes.ts';
import { placeOfTab } from '../platform/place.ts';
import type { Pages } from './pages.ts';
import type { PageSender } from './sender.ts';

export interface NotifierParts {
  readonly pages: Pages;
  readonly changes: Changes;
  readonly agent: () => Agent;
}

/** While changes go on, so many times as long as the last look took until the next: the work itself comes first. */
const PAUSES = 3;

/** Tells the badge, the views and the pages. Many changes in one turn are one, and many while it is being told. */
export function createNotifier({ pages, changes, agent }: NotifierParts): Notifier {
  const showBadge = createBadge();
  let state: 'told' | 'telling' | 'changed again' = 'told';

  async function refresh(): Promise<void> {
    state = 'telling';
    const start = performance.now();
    changes.tell();
    try {
      await showBadge(badgeState(await agent().owner.overview()));
    } finally {
      setTimeout(
        () => {
          if (state === 'changed again') void refresh();
          else state = 'told';
        },
        PAUSES * (performance.now() - start),
      );
    }
  }

  /** What an app may hear of, it hears of up to the moment in which it may no longer. */
  function mayHear({ app, tabId }: PageSender, event: keyof PageEvents): Promise<boolean> {
    return agent().page.mayListen({ app, place: placeOfTab(tabId), request: event }, event);
  }

  return {
    changed() {
      const isTold = state === 'told';
      state = 'changed again';
      if (isTold) setTimeout(() => void refresh());
    },
    hasPages: (app) => pages.has(app),
    page<Event extends keyof PageEvents>(app: Origin, event: Event, detail: PageEvents[Event]) {
      const notice = { kind: 'event', event, detail } as PageNotice;
      return pages.tell(app, notice, (page) => mayHear(page, event));
    },
  };
}
