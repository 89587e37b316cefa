import type { Agent } from '../../src/agent/agent.ts';
import type { Notifier } from '../../src/agent/ports.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import type { PageEvents } from '../../src/protocol/page-api.ts';
import type { PageNotice } from '../../src/protocol/page-wire.ts';
import { badgeState } from '../platform/badge-state.ts';
import { showBadge } from '../platform/badge.ts';
import type { Changes } from '../platform/changes.ts';
import { placeOfTab } from '../platform/place.ts';
import type { Pages } from './pages.ts';
import type { PageSender } from './sender.ts';

export interface NotifierParts {
  readonly pages: Pages;
  readonly changes: Changes;
  readonly agent: () => Agent;
}

/** Milliseconds from the end of one look to the next, while changes go on: as often as anybody can see. */
const PAUSE = 100;

/** Tells the badge, the views and the pages. Many changes in one turn are one, and many while it is being told. */
export function createNotifier({ pages, changes, agent }: NotifierParts): Notifier {
  let state: 'told' | 'telling' | 'changed again' = 'told';

  async function refresh(): Promise<void> {
    state = 'telling';
    changes.tell();
    try {
      await showBadge(badgeState(await agent().owner.overview()));
    } finally {
      setTimeout(() => {
        if (state === 'changed again') void refresh();
        else state = 'told';
      }, PAUSE);
    }
  }

  /** What was written to the person goes to an app only while it may read, up to the last moment. */
  async function mayHear({ app, tabId }: PageSender, event: keyof PageEvents): Promise<boolean> {
    if (event !== 'message') return true;
    return agent().page.mayListen({ app, place: placeOfTab(tabId), request: event });
  }

  return {
    changed() {
      const isTold = state === 'told';
      state = 'changed again';
      if (isTold) setTimeout(() => void refresh());
    },
    page<Event extends keyof PageEvents>(app: Origin, event: Event, detail: PageEvents[Event]) {
      const notice = { kind: 'event', event, detail } as PageNotice;
      return pages.tell(app, notice, (page) => mayHear(page, event));
    },
  };
}
