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

  /** What an app may hear of, it hears of up to the moment in which it may no longer. */
  function mayHear({ app, tabId }: PageSender, event: keyof PageEvents): Promise<boolean> {
    return agent().page.mayListen({ app, place: placeOfTab(tabId), request: event }, event);
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
