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

  return {
    changed() {
      if (due) return;
      due = true;
      setTimeout(() => void refresh());
    },
    page<Event extends keyof PageEvents>(app: Origin, event: Event, detail: PageEvents[Event]) {
      const notice = { kind: 'event', event, detail } as PageNotice;
      const ends = event === 'disconnect'; // the one thing that an app without access is told
      void pages.tell(app, notice, async ({ tabId }) =>
        ends ? true : agent().page.mayListen({ app, place: placeOfTab(tabId), request: event }),
      );
    },
  };
}
