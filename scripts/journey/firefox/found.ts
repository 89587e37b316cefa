import { PATIENCE, until } from '../wait.ts';
import type { Finder } from './finder.ts';
import type { FirefoxFrame } from './frame.ts';

/** What a selector, as Playwright writes it, finds in a frame of Firefox's whenever it is asked. */
export class Found {
  readonly selector: string;
  protected readonly frame: () => Promise<FirefoxFrame>;

  constructor(frame: () => Promise<FirefoxFrame>, selector: string) {
    this.frame = frame;
    this.selector = selector;
  }

  protected async find<Result, Arguments extends readonly unknown[]>(
    run: (finder: Finder, selector: string, ...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    return (await this.frame()).find(run, this.selector, ...args);
  }

  /** Of the one element, as soon as there is one. */
  protected async ofOne<Result, Arguments extends readonly unknown[]>(
    run: (finder: Finder, selector: string, ...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    const answer = await this.until('there', async () => ({ value: await this.find(run, ...args) }));
    return answer.value;
  }

  /** A function of the elements alone, by its source. */
  protected async run(source: string, which: 'all' | 'one'): Promise<unknown> {
    const frame = await this.frame();
    return frame.findBy(`(finder, selector) => (${source})(finder.${which}(selector))`, [this.selector]);
  }

  protected until<T>(what: string, ask: () => Promise<T | false>, patience = PATIENCE): Promise<T> {
    return until(`${this.selector} is ${what}`, ask, patience);
  }
}
