import type { BrowserContext, CDPSession, Page } from 'playwright';
import { pressIn } from './popup-script.ts';
import { until } from './wait.ts';

/** The toolbar's popup, which is none of Playwright's pages. Needs `--enable-unsafe-extension-debugging`. */
export async function pressInPopup(
  context: BrowserContext,
  { extension, page, button }: { extension: string; page: Page; button: string },
): Promise<string> {
  const browser = context.browser();
  if (browser === null) throw new Error('this Chromium has no session of its own');
  const session = await browser.newBrowserCDPSession();
  await page.bringToFront();
  const [tab] = await targetsOf(session, 'tab', (url) => url === page.url());
  await untyped(session)('Extensions.triggerAction', { id: extension, targetId: tab?.targetId });
  const popup = await until('the popup is open', async () => {
    const [target] = await targetsOf(session, 'page', (url) => url.endsWith('/popup/index.html'));
    return target;
  });
  const said = await evaluateIn(session, popup.targetId, `(${String(pressIn)})(${JSON.stringify(button)})`);
  await session.detach();
  return said;
}

interface TargetInfo {
  readonly targetId: string;
  readonly url: string;
}
type Send = (method: string, params: object) => Promise<unknown>;

/** Playwright's types do not know the extensions' part of the protocol. */
function untyped(session: CDPSession): Send {
  return session.send.bind(session) as unknown as Send;
}

async function targetsOf(
  session: CDPSession,
  type: string,
  isIt: (url: string) => boolean,
): Promise<TargetInfo[]> {
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type, exclude: false }] });
  return targetInfos.filter(({ url }) => isIt(url));
}

/** As a person's press: what asks for a permission may. */
async function evaluateIn(session: CDPSession, targetId: string, expression: string): Promise<string> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const answer = new Promise<string>((resolve) => {
    session.on('Target.receivedMessageFromTarget', ({ message }) => resolve(message));
  });
  const params = { expression, userGesture: true, awaitPromise: true, returnByValue: true };
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
  await session.send('Target.sendMessageToTarget', { sessionId, message });
  const { result } = JSON.parse(await answer) as {
    result: { result: { value?: string }; exceptionDetails?: object };
  };
  if (result.exceptionDetails !== undefined) throw new Error(JSON.stringify(result.exceptionDetails));
  return result.result.value ?? '';
}
