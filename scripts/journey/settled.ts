import { hasLetterbox, isConnected, pressConnect, signIn } from './app-page.ts';
import { sessionIn, type AppSession } from './app-session.ts';
import type { ExtensionBrowser } from './browser.ts';
import type { Tab } from './tab.ts';
import { enableApp, messageRow, openRequests, requestRows } from './views.ts';
import { until } from './wait.ts';
import { countAt, readPublic } from './witness.ts';
import type { World } from '../../src/devnet/world.ts';

/** Connects Bob's first app, as he would: resolves once others can write to him there. */
export async function connectApp(
  browser: ExtensionBrowser,
  world: World,
): Promise<{ readonly app: Tab; readonly session: AppSession }> {
  const apps = await browser.openView('settings', 'apps');
  await browser.grant(world.apps[0]);
  await enableApp(apps, world.apps[0]);
  await apps.close();
  const app = await browser.newTab();
  await app.goto(world.apps[0]);
  await signIn(app, world.people.bob.displayName);
  await hasLetterbox(app);
  const session = await sessionIn(app);
  const approval = await browser.untilOpens('approve', () => pressConnect(app));
  await approval.getByRole('button', { name: 'Connect' }).click();
  await isConnected(app);
  await until('his record is published', () => readPublic(`${session.bucket}.well-known/letterbox.json`));
  await until('his inbox is enrolled', () => countAt(world.server, session));
  return { app, session };
}

/** Accepts the one who asks, whose message then comes. */
export async function acceptRequest(browser: ExtensionBrowser, text: string): Promise<void> {
  const popup = await browser.openView('popup');
  await openRequests(popup);
  await requestRows(popup).click();
  await popup.getByRole('button', { name: 'Accept and read' }).click();
  await messageRow(popup, text).waitFor();
  await popup.close();
}
