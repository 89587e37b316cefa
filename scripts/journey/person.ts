import type { Page } from 'playwright';
import type { AppName } from './app-page.ts';
import { sessionIn, type AppSession } from './app-session.ts';
import type { ExtensionBrowser, View } from './browser.ts';

/** Someone at their browser: the tabs of the two apps, and Letterbox's views. */
export class Person {
  readonly displayName: string;
  /** Their blockstack name. */
  readonly name: string;
  readonly browser: ExtensionBrowser;
  readonly #apps = new Map<AppName, Page>();
  readonly #views = new Map<View, Page>();

  constructor(displayName: string, name: string, browser: ExtensionBrowser) {
    this.displayName = displayName;
    this.name = name;
    this.browser = browser;
  }

  /** Opens an app in a tab that stays. */
  async openApp(app: AppName, origin: string): Promise<Page> {
    const page = await this.browser.context.newPage();
    this.#apps.set(app, page);
    await page.goto(origin);
    return page;
  }

  /** The app's tab. @throws if it was not opened */
  app(app: AppName): Page {
    return opened(this.#apps.get(app), app);
  }

  /** Who they are in this app. */
  session(app: AppName): Promise<AppSession> {
    return sessionIn(this.app(app));
  }

  /** Opens a view of Letterbox; one that is open already is closed first. */
  async openView(view: View, hash?: string): Promise<Page> {
    await this.closeView(view);
    const page = await this.browser.openView(view, hash);
    this.#views.set(view, page);
    return page;
  }

  /** The view as it was left. @throws if it is not open */
  view(view: View): Page {
    return opened(this.#views.get(view), view);
  }

  async closeView(view: View): Promise<void> {
    const page = this.#views.get(view);
    this.#views.delete(view);
    if (page?.isClosed() === false) await page.close();
  }

  /** Does what makes Letterbox ask, and keeps the approval window that comes of it as the view `approve`. */
  async untilAsked(act: () => Promise<void>): Promise<Page> {
    const [window] = await Promise.all([
      this.browser.context.waitForEvent('page', (page) => page.url().includes('/approve/')),
      act(),
    ]);
    this.#views.set('approve', window);
    return window;
  }
}

function opened(page: Page | undefined, what: string): Page {
  if (page === undefined || page.isClosed()) throw new Error(`${what} is not open`);
  return page;
}
