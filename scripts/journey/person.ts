import type { AppName } from './app-page.ts';
import { sessionIn, type AppSession } from './app-session.ts';
import type { ExtensionBrowser, View } from './browser.ts';
import type { Tab } from './tab.ts';

/** Someone at their browser: the tabs of the two apps, and Letterbox's views. */
export class Person {
  readonly displayName: string;
  /** Their blockstack name. */
  readonly name: string;
  readonly browser: ExtensionBrowser;
  readonly #apps = new Map<AppName, Tab>();
  readonly #views = new Map<View, Tab>();

  constructor(displayName: string, name: string, browser: ExtensionBrowser) {
    this.displayName = displayName;
    this.name = name;
    this.browser = browser;
  }

  /** Opens an app in a tab that stays. */
  async openApp(app: AppName, origin: string): Promise<Tab> {
    const page = await this.browser.newTab();
    this.#apps.set(app, page);
    await page.goto(origin);
    return page;
  }

  /** The app's tab. @throws if it was not opened */
  app(app: AppName): Tab {
    return opened(this.#apps.get(app), app);
  }

  /** Who they are in this app. */
  session(app: AppName): Promise<AppSession> {
    return sessionIn(this.app(app));
  }

  /** Opens a view of Letterbox; one that is open already is closed first. */
  async openView(view: View, hash?: string): Promise<Tab> {
    await this.closeView(view);
    const page = await this.browser.openView(view, hash);
    this.#views.set(view, page);
    return page;
  }

  /** The view as it was left. @throws if it was not opened */
  view(view: View): Tab {
    return opened(this.#views.get(view), view);
  }

  /** All that is open of these, by name. */
  get tabs(): readonly (readonly [name: string, tab: Tab])[] {
    return [...this.#apps, ...this.#views];
  }

  async closeView(view: View): Promise<void> {
    const page = this.#views.get(view);
    this.#views.delete(view);
    if ((await page?.isClosed()) === false) await page?.close();
  }

  /** Does what makes Letterbox ask, and keeps the approval window that comes of it as the view `approve`. */
  async untilAsked(act: () => Promise<void>): Promise<Tab> {
    const window = await this.browser.untilOpens('approve', act);
    this.#views.set('approve', window);
    return window;
  }
}

function opened(page: Tab | undefined, what: string): Tab {
  if (page === undefined) throw new Error(`${what} is not open`);
  return page;
}
