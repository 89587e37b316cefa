import type { Acted, Choice } from '../locator.ts';
import { PATIENCE } from '../wait.ts';
import { FirefoxAsked } from './asked.ts';
import type { FirefoxFrame } from './frame.ts';
import { chooseFile, clickOn, pressKey } from './input.ts';
import type { ElementId } from './values.ts';

/** What is done with the one element that was found in Firefox. */
export class FirefoxActed extends FirefoxAsked implements Acted {
  async click({ timeout = PATIENCE }: { timeout?: number } = {}): Promise<void> {
    await this.until(
      'clicked',
      async () => {
        const frame = await this.frame();
        const found = await frame.find((finder, selector) => finder.aim(selector), this.selector);
        if (typeof found === 'string') return finderSays(found);
        await clickOn(frame, found as unknown as ElementId);
        if (await hasMissed(frame)) return finderSays('it moved before it was pressed');
        return true;
      },
      timeout,
    );
  }

  check(): Promise<void> {
    return this.#setChecked(true);
  }

  uncheck(): Promise<void> {
    return this.#setChecked(false);
  }

  async dispatchEvent(type: string): Promise<void> {
    await this.ofOne((finder, selector, name) => {
      finder
        .one(selector)
        .dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, composed: true }));
      return true;
    }, type);
  }

  async fill(text: string, { timeout = PATIENCE }: { timeout?: number } = {}): Promise<void> {
    await this.until(
      `filled with “${text}”`,
      () =>
        this.find((finder, selector, given) => {
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

  async selectOption(option: Choice): Promise<void> {
    await this.until(`set to ${JSON.stringify(option)}`, () =>
      this.find((finder, selector, wanted) => {
        const list = finder.one(selector) as HTMLSelectElement;
        const chosen = [...list.options].find((one, index) =>
          'label' in wanted ? one.label === wanted.label : index === wanted.index,
        );
        if (chosen === undefined || !finder.isVisible(list) || !finder.isEnabled(list)) return false;
        chosen.selected = true;
        for (const type of ['input', 'change']) {
          list.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
        }
        return true;
      }, option),
    );
  }

  async focus(): Promise<void> {
    await this.ofOne((finder, selector) => {
      finder.one(selector).focus();
      return true;
    });
  }

  async press(key: string): Promise<void> {
    await this.focus();
    await pressKey(await this.frame(), key);
  }

  async scrollIntoViewIfNeeded(): Promise<void> {
    await this.ofOne((finder, selector) => {
      finder.one(selector).scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      return true;
    });
  }

  async setInputFiles(path: string): Promise<void> {
    const element = await this.ofOne((finder, selector) => finder.one(selector));
    await chooseFile(await this.frame(), element as unknown as ElementId, path);
  }

  async #setChecked(wanted: boolean): Promise<void> {
    if ((await this.isChecked()) === wanted) return;
    await this.click();
    if ((await this.isChecked()) !== wanted)
      throw new Error(`a click did not change whether ${this.selector} is checked`);
  }
}

/** A press that closed the window under it went where it should. */
async function hasMissed(frame: FirefoxFrame): Promise<boolean> {
  try {
    return await frame.find((finder) => finder.hasMissed());
  } catch {
    return false;
  }
}

/** What stood in the way, for the error if it never goes away. */
function finderSays(why: string): never {
  throw new Error(why);
}
