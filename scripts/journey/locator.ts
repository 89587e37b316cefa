import type { Page } from 'playwright';

type Role = Parameters<Page['getByRole']>[0];

interface RoleOptions {
  /** A part of the accessible name, in any case, unless `exact`. */
  name?: string | RegExp;
  exact?: boolean;
  disabled?: boolean;
  checked?: boolean;
  level?: number;
}

interface TextOptions {
  exact?: boolean;
}

/** Where elements are looked for: by role and label, as a person finds them. */
export interface Scope {
  getByRole(role: Role, options?: RoleOptions): Locator;
  getByLabel(text: string, options?: TextOptions): Locator;
  getByText(text: string | RegExp, options?: TextOptions): Locator;
  locator(css: string): Locator;
}

interface Filter {
  hasText?: string | RegExp;
  has?: Locator;
}

/** The elements that fit now, whenever it is asked. Acting waits until there is exactly one, and it can be acted on. */
export interface Locator extends Scope, Asked, Acted {
  filter(options?: Filter): Locator;
  and(other: Locator): Locator;
  first(): Locator;
  last(): Locator;
  /** From 0. */
  nth(index: number): Locator;
}

/** What can be asked of them. Of all at once it is answered at once, of the one as soon as there is one. */
export interface Asked {
  count(): Promise<number>;
  isVisible(): Promise<boolean>;
  allInnerTexts(): Promise<string[]>;
  evaluateAll<Result>(run: (elements: HTMLElement[]) => Result | Promise<Result>): Promise<Result>;

  /** Resolves once the one element is visible, or there is none. */
  waitFor(options?: { state?: 'visible' | 'detached' }): Promise<void>;
  evaluate<Result, Subject extends HTMLElement = HTMLElement>(
    run: (element: Subject) => Result | Promise<Result>,
  ): Promise<Result>;
  textContent(): Promise<string | null>;
  getAttribute(name: string): Promise<string | null>;
  isEnabled(): Promise<boolean>;
  isDisabled(): Promise<boolean>;
  isChecked(): Promise<boolean>;
  inputValue(): Promise<string>;
  /** Where it stands in the window, in CSS pixels. */
  boundingBox(): Promise<{ x: number; y: number; width: number; height: number } | null>;
}

/** What can be done with the one element. */
export interface Acted {
  /** As a person does: only what is visible, enabled, at rest and not covered. `timeout` in milliseconds. */
  click(options?: { timeout?: number }): Promise<void>;
  /** Clicks it unless it is as wanted, and sees to it that it is then. */
  check(): Promise<void>;
  uncheck(): Promise<void>;
  /** Fires the event, whatever state the element is in. */
  dispatchEvent(type: string): Promise<void>;
  fill(text: string, options?: { timeout?: number }): Promise<void>;
  /** Chooses from a list by what is read there, or by place from 0. */
  selectOption(option: Choice): Promise<unknown>;
  focus(): Promise<void>;
  /** Focuses it, and presses a key; see Keyboard. */
  press(key: string): Promise<void>;
  scrollIntoViewIfNeeded(): Promise<void>;
  /** Chooses a file, in a field for one. */
  setInputFiles(path: string): Promise<void>;
}

export type Choice = { readonly label: string } | { readonly index: number };
