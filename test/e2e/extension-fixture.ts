import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';

/**
 * Turns Letterbox on for an origin as the popup's button does: the browser's permission within a click, then the popup's
 * own message to the background.
 */
export async function enableOrigin(browser: ExtensionBrowser, origin: string): Promise<void> {
  await browser.grant(origin);
  const popup = await browser.openView('popup');
  await browser.requestPermission(popup, origin);
  await askOrigins(popup, { method: 'enable', origin });
  await popup.close();
}

/** Turns it off again, as the settings do. */
export async function disableOrigin(browser: ExtensionBrowser, origin: string): Promise<void> {
  const settings = await browser.openView('settings');
  await askOrigins(settings, { method: 'disable', origin });
  await settings.close();
}

async function askOrigins(view: Tab, request: { method: string; origin: string }): Promise<void> {
  const answer = await view.evaluate(
    (asked) => chrome.runtime.sendMessage({ to: 'origins', ...asked }),
    request,
  );
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) {
    throw new Error(`${request.method} failed: ${JSON.stringify(answer)}`);
  }
}
