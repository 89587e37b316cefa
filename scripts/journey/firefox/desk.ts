import type { ExtensionBrowser } from '../browser.ts';
import type { Tabs } from './tabs.ts';

type Desk = Pick<ExtensionBrowser, 'badge' | 'ringAlarms' | 'checkAllNow'>;

/** A tab of the extension's origin that runs none of its code: from there its `chrome` can be asked. */
export async function openDesk(tabs: Tabs, origin: string): Promise<Desk> {
  const tab = await tabs.open();
  await tab.goto(`${origin}/icons/bare-16.png`);
  return {
    badge: () => tab.evaluate(() => chrome.action.getBadgeText({})),
    ringAlarms: () =>
      tab.evaluate(async () => {
        for (const { name, periodInMinutes } of await chrome.alarms.getAll()) {
          const again = periodInMinutes === undefined ? {} : { periodInMinutes };
          await chrome.alarms.create(name, { when: Date.now(), ...again });
        }
      }),
    checkAllNow: () =>
      tab.evaluate(async () => {
        await chrome.runtime.sendMessage({ to: 'owner', method: 'syncNow', args: [] });
      }),
  };
}
