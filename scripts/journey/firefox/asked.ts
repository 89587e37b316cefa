import type { Asked } from '../locator.ts';
import { Found } from './found.ts';

/** Questions to what was found in Firefox. */
export class FirefoxAsked extends Found implements Asked {
  count(): Promise<number> {
    return this.find((finder, selector) => finder.all(selector).length);
  }

  isVisible(): Promise<boolean> {
    return this.find((finder, selector) => finder.all(selector).some((element) => finder.isVisible(element)));
  }

  allInnerTexts(): Promise<string[]> {
    return this.find((finder, selector) => finder.all(selector).map((element) => element.innerText));
  }

  async evaluateAll<Result>(run: (elements: HTMLElement[]) => Result | Promise<Result>): Promise<Result> {
    return (await this.run(String(run), 'all')) as Result;
  }

  async waitFor({ state = 'visible' }: { state?: 'visible' | 'detached' } = {}): Promise<void> {
    await this.until(state, () =>
      state === 'detached'
        ? this.find((finder, selector) => finder.all(selector).length === 0)
        : this.find((finder, selector) => finder.isVisible(finder.one(selector))),
    );
  }

  async evaluate<Result, Subject extends HTMLElement = HTMLElement>(
    run: (element: Subject) => Result | Promise<Result>,
  ): Promise<Result> {
    const answer = await this.until('there', async () => ({ value: await this.run(String(run), 'one') }));
    return answer.value as Result;
  }

  textContent(): Promise<string | null> {
    return this.ofOne((finder, selector) => finder.one(selector).textContent);
  }

  getAttribute(name: string): Promise<string | null> {
    return this.ofOne((finder, selector, asked) => finder.one(selector).getAttribute(asked), name);
  }

  isEnabled(): Promise<boolean> {
    return this.ofOne((finder, selector) => finder.isEnabled(finder.one(selector)));
  }

  async isDisabled(): Promise<boolean> {
    return !(await this.isEnabled());
  }

  isChecked(): Promise<boolean> {
    return this.ofOne((finder, selector) => {
      const element = finder.one(selector);
      return element instanceof HTMLInputElement ? element.checked : element.ariaChecked === 'true';
    });
  }

  inputValue(): Promise<string> {
    return this.ofOne((finder, selector) => (finder.one(selector) as HTMLInputElement).value);
  }

  boundingBox(): Promise<{ x: number; y: number; width: number; height: number } | null> {
    return this.ofOne((finder, selector) => {
      const element = finder.one(selector);
      if (!finder.isVisible(element)) return null;
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    });
  }
}
