import type { Tab } from './tab.ts';

/** What a browser with the extension in it is launched with. */
export interface BrowserOptions {
  /** The built extension's folder; this clone's own build if absent. */
  readonly extension?: string;
  readonly headless: boolean;
  /** The screen on which its windows stand, as DISPLAY names it: whoever is at that screen is who is there. */
  readonly display?: string;
  /** A folder for the profile that stays, so that the same browser can be opened again. */
  readonly profile?: string;
  /** A folder for what pages download; without one nothing is downloaded. */
  readonly downloads?: string;
  /** Hosts besides loopback that may be reached: everything else does not resolve. */
  readonly hosts?: readonly string[];
  /** Where the window stands on the screen; only seen with windows. */
  readonly window?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export type View = 'popup' | 'approve' | 'settings';

/** Launches a browser, and resolves once the extension in it has started. */
export type Launch = (options: BrowserOptions) => Promise<ExtensionBrowser>;

/** One person's browser, with a profile of its own that is deleted when it closes, or the one that was named. */
export interface ExtensionBrowser {
  /** Of the extension's own pages: `chrome-extension://…` or `moz-extension://…`. */
  readonly origin: string;
  newTab(): Promise<Tab>;
  /** All that are open now, in all windows. */
  tabs(): Promise<readonly Tab[]>;
  /** Opens one of the extension's views in a tab; `hash` without its `#`. */
  openView(view: View, hash?: string): Promise<Tab>;
  /** The tabs and windows that show a view now, opened by whomever. */
  viewsOf(view: View): Promise<readonly Tab[]>;
  /** Does something that makes the extension open a view by itself, such as the approval window. */
  untilOpens(view: View, act: () => Promise<unknown>): Promise<Tab>;
  /**
   * Presses the extension's icon in the toolbar while a tab is in front, and then a button in the popup that opens.
   * @returns what the popup said
   */
  pressInPopup(tab: Tab, button: string): Promise<string>;
  /** Does something that downloads a file in a tab. @returns where it is */
  download(tab: Tab, act: () => Promise<unknown>): Promise<string>;
  /**
   * The person's yes to the browser's own prompt, given beforehand for all that it asks at once: no automation reaches
   * that prompt.
   */
  grant(...origins: readonly string[]): Promise<void>;
  /**
   * Asks for the permission that was granted, from a view, as within a click there.
   * @throws if the browser says no
   */
  requestPermission(view: Tab, origin: string): Promise<void>;
  /** Every HTTP request since the launch, by pages and by the extension's worker, in order. */
  requests(): Promise<readonly SeenRequest[]>;
  /** What stands on the extension's icon. Does not wake the worker. */
  badge(): Promise<string>;
  /** Ends the extension's worker as the browser does, and resolves when it is gone. It may be back at once. */
  killWorker(): Promise<void>;
  /** Brings the extension's next alarms forward to now: the browser's own clock is not ours to turn. */
  ringAlarms(): Promise<void>;
  /** What “Check all now” in the settings does: nothing waits for its next try or poll. */
  checkAllNow(): Promise<void>;
  /** Takes the computer off its network, this machine itself included, or puts it back. */
  offline(isOffline: boolean): Promise<void>;
  /** As an update of the extension does: its old scripts are cut off, and it is installed anew. */
  update(): Promise<void>;
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
}
