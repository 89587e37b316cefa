import type { Page } from 'playwright';

/**
 * A tab as the journey and the end-to-end tests use it, in any browser: the part of Playwright's Page that they need.
 * In Chromium it is that Page itself; firefox/ has the one for Firefox, with the same meanings.
 */
export interface Tab extends Frame {
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

/** A document, of a tab or of a frame in it. */
export interface Frame extends Scope {
  title(): Promise<string>;
  /** Its HTML as it stands now. */
  content(): Promise<string>;
  frameLocator(css: string): Pick<Scope, 'getByRole'>;
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

type Role = Parameters<Page['getByRole']>[0];

interface RoleOptions {
  /** A part of the accessible name, in any case, unless `exact`. */
  name?: string;
  exact?: boolean;
  disabled?: boolean;
}

interface TextOptions {
  exact?: boolean;
}

/** Where elements are looked for: by role and label, as a person finds them. */
interface Scope {
  getByRole(role: Role, options?: RoleOptions): Locator;
  getByLabel(text: string, options?: TextOptions): Locator;
  getByText(text: string, options?: TextOptions): Locator;
  locator(css: string): Locator;
}

interface Filter {
  hasText?: string | RegExp;
  has?: Locator;
}

/** The elements that fit now, whenever it is asked. Acting waits until there is exactly one, and it can be acted on. */
export interface Locator extends Scope {
  filter(options?: Filter): Locator;
  and(other: Locator): Locator;
  first(): Locator;

  count(): Promise<number>;
  isVisible(): Promise<boolean>;
  allInnerTexts(): Promise<string[]>;
  evaluateAll<Result>(run: (elements: HTMLElement[]) => Result | Promise<Result>): Promise<Result>;

  /** Resolves once the one element is visible. */
  waitFor(): Promise<void>;
  isEnabled(): Promise<boolean>;
  isChecked(): Promise<boolean>;
  inputValue(): Promise<string>;
  /** As a person does: only what is visible, enabled, at rest and not covered. `timeout` in milliseconds. */
  click(options?: { timeout?: number }): Promise<void>;
  /** Fires the event, whatever state the element is in. */
  dispatchEvent(type: string): Promise<void>;
  fill(text: string, options?: { timeout?: number }): Promise<void>;
  press(key: string): Promise<void>;
  /** Chooses a file, in a field for one. */
  setInputFiles(path: string): Promise<void>;
}
