import { getByLabelSelector, getByRoleSelector, getByTextSelector } from 'ivya';
import type { Locator } from '../tab.ts';
import { PATIENCE, until } from '../wait.ts';
import type { Finder } from './finder.ts';
import type { FirefoxFrame } from './frame.ts';
import { chooseFile, clickOn, pressKey } from './input.ts';
import type { ElementId } from './values.ts';

/** Elements of a frame in Firefox, by a selector as Playwright writes it. */
export class FirefoxLocator implements Locator {
  readonly selector: string;
  readonly #frame: () => Promise<FirefoxFrame>;

  constructor(frame: () => Promise<FirefoxFrame>, selector: string) {
    this.#frame = frame;
    this.selector = selector;
  }

  getByRole: Locator['getByRole'] = (role, options = {}) => this.#within(getByRoleSelector(role, options));
  getByLabel: Locator['getByLabel'] = (text, options = {}) => this.#within(getByLabelSelector(text, options));
  getByText: Locator['getByText'] = (text, options = {}) => this.#within(getByTextSelector(text, options));
  locator: Locator['locator'] = (css) => this.#within(`css=${css}`);

  filter({ hasText, has }: Parameters<Locator['filter']>[0] = {}): FirefoxLocator {
    const text = hasText === undefined ? [] : [`internal:has-text=${textOf(hasText)}`];
    const inner = has === undefined ? [] : [`internal:has=${JSON.stringify(selectorOf(has))}`];
    return this.#within(...text, ...inner);
  }

  and(other: Locator): FirefoxLocator {
    return this.#within(`internal:and=${JSON.stringify(selectorOf(other))}`);
  }

  first(): FirefoxLocator {
    return this.#within('nth=0');
  }

  count(): Promise<number> {
    return this.#find((finder, selector) => finder.all(selector).length);
  }

  isVisible(): Promise<boolean> {
    return this.#find((finder, selector) =>
      finder.all(selector).some((element) => finder.isVisible(element)),
    );
  }

  allInnerTexts(): Promise<string[]> {
    return this.#find((finder, selector) => finder.all(selector).map((element) => element.innerText));
  }

  async evaluateAll<Result>(run: (elements: HTMLElement[]) => Result | Promise<Result>): Promise<Result> {
    const frame = await this.#frame();
    const source = `(finder, selector) => (${String(run)})(finder.all(selector))`;
    return (await frame.findBy(source, [this.selector])) as Result;
  }

  async waitFor(): Promise<void> {
    await this.#until('visible', async () =>
      this.#find((finder, selector) => finder.isVisible(finder.one(selector))),
    );
  }

  isEnabled(): Promise<boolean> {
    return this.#ofOne((finder, selector) => finder.isEnabled(finder.one(selector)));
  }

  isChecked(): Promise<boolean> {
    return this.#ofOne((finder, selector) => {
      const element = finder.one(selector);
      return element instanceof HTMLInputElement ? element.checked : element.ariaChecked === 'true';
    });
  }

  inputValue(): Promise<string> {
    return this.#ofOne((finder, selector) => (finder.one(selector) as HTMLInputElement).value);
  }

  async click({ timeout = PATIENCE }: { timeout?: number } = {}): Promise<void> {
    await this.#until(
      'clicked',
      async () => {
        const frame = await this.#frame();
        const found = await frame.find((finder, selector) => finder.clickable(selector), this.selector);
        if (typeof found === 'string') return finderSays(found);
        return clickOn(frame, found as unknown as ElementId);
      },
      timeout,
    );
  }

  async dispatchEvent(type: string): Promise<void> {
    await this.#ofOne((finder, selector, name) => {
      finder
        .one(selector)
        .dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, composed: true }));
      return true;
    }, type);
  }

  async fill(text: string, { timeout = PATIENCE }: { timeout?: number } = {}): Promise<void> {
    await this.#until(
      `filled with “${text}”`,
      () =>
        this.#find((finder, selector, given) => {
          const field = finder.one(selector) as HTMLInputElement;
          if (!finder.isVisible(field) || !finder.isEnabled(field)) return false;
          field.focus();
          field.select();
          // oxlint-disable-next-line typescript/no-deprecated -- nothing else types as a person does, from within a page
          document.execCommand(given === '' ? 'delete' : 'insertText', false, given);
          return field.value === given;
        }, text),
      timeout,
    );
  }

  async press(key: string): Promise<void> {
    await this.#ofOne((finder, selector) => {
      finder.one(selector).focus();
      return true;
    });
    await pressKey(await this.#frame(), key);
  }

  async setInputFiles(path: string): Promise<void> {
    const element = await this.#ofOne((finder, selector) => finder.one(selector));
    await chooseFile(await this.#frame(), element as unknown as ElementId, path);
  }

  #within(...parts: string[]): FirefoxLocator {
    return new FirefoxLocator(this.#frame, [this.selector, ...parts].join(' >> '));
  }

  async #find<Result, Arguments extends readonly unknown[]>(
    run: (finder: Finder, selector: string, ...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    return (await this.#frame()).find(run, this.selector, ...args);
  }

  /** Of the one element, as soon as there is one. */
  async #ofOne<Result, Arguments extends readonly unknown[]>(
    run: (finder: Finder, selector: string, ...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    const answer = await this.#until('there', async () => ({ value: await this.#find(run, ...args) }));
    return answer.value;
  }

  #until<T>(what: string, ask: () => Promise<T | false>, patience = PATIENCE): Promise<T> {
    return until(`${this.selector} is ${what}`, ask, patience);
  }
}

/** What stood in the way, for the error if it never goes away. */
function finderSays(why: string): never {
  throw new Error(why);
}

function selectorOf(locator: Locator): string {
  if (!(locator instanceof FirefoxLocator)) throw new TypeError('a locator of another browser');
  return locator.selector;
}

function textOf(text: string | RegExp): string {
  return typeof text === 'string' ? `${JSON.stringify(text)}i` : String(text);
}
