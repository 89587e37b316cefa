import { opening } from '../open-tabs.ts';
import { until } from '../wait.ts';
import type { Session } from './session.ts';
import { contextsOf, FirefoxTab } from './tab.ts';

/** The tabs of all windows, as the browser knows them. */
export interface Tabs {
  open(): Promise<FirefoxTab>;
  /** Those whose address begins so. */
  showing(address: string): Promise<readonly FirefoxTab[]>;
  /** Does something, and waits for the tab with such an address that comes of it. */
  untilOpens(address: string, act: () => Promise<unknown>): Promise<FirefoxTab>;
}

export function openTabs(session: Session): Tabs {
  const tabOf = (context: string) => new FirefoxTab(session, context);

  async function showing(address: string): Promise<readonly FirefoxTab[]> {
    const contexts = await contextsOf(session);
    return contexts.filter(({ url }) => url.startsWith(address)).map(({ context }) => tabOf(context));
  }

  return {
    showing,
    async open() {
      // beside the first tab: the window at the front may be one for approvals, which is about to close
      const [first] = await contextsOf(session);
      const beside = first === undefined ? {} : { referenceContext: first.context };
      const { context } = await session.send('browsingContext.create', { type: 'tab', ...beside });
      return tabOf(String(context));
    },
    async untilOpens(address, act) {
      const before = new Set((await showing(address)).map(({ context }) => context));
      await act();
      const opened = until(`${address} opens`, async () =>
        (await showing(address)).find(({ context }) => !before.has(context)),
      );
      return opening(opened, () => showing(''));
    },
  };
}
