import type { Locator, Scope } from './locator.ts';

/**
 * A tab as the journey and the tests in browsers use it, in any browser: the part of Playwright's Page that they need.
 * In Chromium it is that Page itself; firefox/ has the one for Firefox, with the same meanings.
 */
export interface Tab extends Frame {
  readonly keyboard: Keyboard;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  bringToFront(): Promise<void>;
  /** Its document first, then those of all frames in it. */
  frames(): readonly Frame[] | Promise<readonly Frame[]>;
  /** In time for whatever is loaded from now on, before its first script. */
  addInitScript(script: () => void): Promise<unknown>;
  screenshot(options: { path: string }): Promise<unknown>;
  close(): Promise<void>;
  isClosed(): boolean | Promise<boolean>;
}

/** Types where the focus is. */
export interface Keyboard {
  /** A key by its name, `z` or `ArrowDown`, or several at once: `Shift+Tab`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
}

/** A document, of a tab or of a frame in it. */
export interface Frame extends Scope {
  title(): Promise<string>;
  /** Its HTML as it stands now. */
  content(): Promise<string>;
  frameLocator(css: string): Pick<Locator, 'getByRole'>;
  /** Runs a function in the page's own world, by its source: it sees nothing around it but its argument. */
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  /** Resolves once it gives a truthy value. */
  waitForFunction(run: () => unknown): Promise<unknown>;
  addScriptTag(tag: { content: string }): Promise<unknown>;
}
