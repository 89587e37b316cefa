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

/** Tells the badge, the views and the pages. Many changes in one turn are one. */
export function createNotifier({ pages, changes, agent }: NotifierParts): Notifier {
  let due = false;

  async function refresh(): Promise<void> {
    due = false;
    changes.tell();
    await showBadge(badgeState(await agent().owner.overview()));
  }

  /** What was written to the person goes to an app only while it may read, up to the last moment. */
  async function mayHear({ app, tabId }: PageSender, event: keyof PageEvents): Promise<boolean> {
    if (event !== 'message') return true;
    return agent().page.mayListen({ app, place: placeOfTab(tabId), request: event });
  }

  return {
    changed() {
      if (due) return;
      due = true;
      setTimeout(() => void refresh());
    },
    page<Event extends keyof PageEvents>(app: Origin, event: Event, detail: PageEvents[Event]) {
      const notice = { kind: 'event', event, detail } as PageNotice;
      return pages.tell(app, notice, (page) => mayHear(page, event));
    },
  };
}
