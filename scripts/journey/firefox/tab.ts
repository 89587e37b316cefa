import { writeFile } from 'node:fs/promises';
import type { Keyboard, Tab } from '../tab.ts';
import { until } from '../wait.ts';
import { FirefoxFrame } from './frame.ts';
import { pressKey, typeText } from './input.ts';
import type { Session } from './session.ts';

/** What a browsing context holds: itself, its address, the frames in it. */
export interface Context {
  readonly context: string;
  readonly url: string;
  readonly children: readonly Context[] | null;
}

/** A page of Firefox's own, with nothing on it: a tab that only the driver needs, and none of the person's. */
export const OWN_PAGE = 'chrome://browser/content/blanktab.html';

/** The tabs and windows that are open, or one with what is in it. */
export async function contextsOf(session: Session, root?: string): Promise<readonly Context[]> {
  const { contexts } = await session.send('browsingContext.getTree', root === undefined ? {} : { root });
  return (contexts as readonly Context[]).filter(({ url }) => url !== OWN_PAGE);
}

export class FirefoxTab extends FirefoxFrame implements Tab {
  readonly keyboard: Keyboard = {
    press: (key) => pressKey(this, key),
    type: (text) => typeText(this, text),
  };

  /** Of an extension's page Firefox never says that it has loaded: then it is the document that is asked. */
  async goto(url: string): Promise<void> {
    const isOwn = url.startsWith('moz-extension:');
    await this.session.send('browsingContext.navigate', {
      context: this.context,
      url,
      wait: isOwn ? 'none' : 'complete',
    });
    if (isOwn) await this.#loaded((href) => href.startsWith(url));
  }

  async reload(): Promise<void> {
    await this.evaluate(() => Object.assign(globalThis, { isOld: true }) && undefined);
    await this.session.send('browsingContext.reload', { context: this.context, wait: 'none' });
    await this.#loaded(() => true);
  }

  async #loaded(isIt: (href: string) => boolean): Promise<void> {
    await until('the page has loaded', async () => {
      const { href, state, isOld } = await this.evaluate(() => ({
        href: location.href,
        state: document.readyState,
        isOld: 'isOld' in globalThis,
      }));
      return isIt(href) && state === 'complete' && !isOld;
    });
  }

  async bringToFront(): Promise<void> {
    await this.session.send('browsingContext.activate', { context: this.context });
  }

  async frames(): Promise<readonly FirefoxFrame[]> {
    const flat = ({ context, children }: Context): string[] => [context, ...(children ?? []).flatMap(flat)];
    const contexts = (await contextsOf(this.session, this.context)).flatMap(flat);
    return contexts.map((context) => new FirefoxFrame(this.session, context, this.context));
  }

  async addInitScript(script: () => void): Promise<void> {
    const functionDeclaration = String(script);
    await this.session.send('script.addPreloadScript', { functionDeclaration, contexts: [this.context] });
  }

  async screenshot({ path }: { path: string }): Promise<void> {
    await this.bringToFront();
    const { data } = await this.session.send('browsingContext.captureScreenshot', { context: this.context });
    await writeFile(path, Buffer.from(String(data), 'base64'));
  }

  async close(): Promise<void> {
    await this.session.send('browsingContext.close', { context: this.context });
    await until('the tab is closed', () => this.isClosed());
  }

  /** Of an extension's page Firefox does not say that it is gone either. */
  async isClosed(): Promise<boolean> {
    const contexts = await contextsOf(this.session);
    return contexts.every(({ context }) => context !== this.context);
  }
}
