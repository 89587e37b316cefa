import { getByLabelSelector, getByRoleSelector, getByTextSelector } from 'ivya';
import type { Locator } from '../locator.ts';
import { FirefoxActed } from './acted.ts';

/** Elements of a frame in Firefox, and what is found within, beside and among them. */
export class FirefoxLocator extends FirefoxActed implements Locator {
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
    return this.nth(0);
  }

  last(): FirefoxLocator {
    return this.nth(-1);
  }

  nth(index: number): FirefoxLocator {
    return this.#within(`nth=${String(index)}`);
  }

  #within(...parts: string[]): FirefoxLocator {
    return new FirefoxLocator(this.frame, [this.selector, ...parts].join(' >> '));
  }
}

function selectorOf(locator: Locator): string {
  if (!(locator instanceof FirefoxLocator)) throw new TypeError('a locator of another browser');
  return locator.selector;
}

function textOf(text: string | RegExp): string {
  return typeof text === 'string' ? `${JSON.stringify(text)}i` : String(text);
}
