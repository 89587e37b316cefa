import { getByLabelSelector, getByRoleSelector, getByTextSelector } from 'ivya';
import type { Locator } from '../locator.ts';
import type { Frame } from '../tab.ts';
import { until } from '../wait.ts';
import type { Finder } from './finder.ts';
import { finderScript } from './finder-script.ts';
import { FirefoxLocator } from './locator.ts';
import { callIn } from './realm.ts';
import type { Session } from './session.ts';

const SANDBOX = 'letterbox-finder';

/** A document in Firefox, known by its browsing context. */
export class FirefoxFrame implements Frame {
  readonly session: Session;
  readonly context: string;
  /** Of the tab that it stands in. */
  readonly top: string;

  constructor(session: Session, context: string, top = context) {
    this.session = session;
    this.context = context;
    this.top = top;
  }

  getByRole: Locator['getByRole'] = (role, options = {}) => this.#located(getByRoleSelector(role, options));
  getByLabel: Locator['getByLabel'] = (text, options = {}) =>
    this.#located(getByLabelSelector(text, options));
  getByText: Locator['getByText'] = (text, options = {}) => this.#located(getByTextSelector(text, options));
  locator: Locator['locator'] = (css) => this.#located(`css=${css}`);

  frameLocator(css: string): Pick<Locator, 'getByRole'> {
    return {
      getByRole: (role, options = {}) =>
        new FirefoxLocator(() => this.#frameIn(`css=${css}`), getByRoleSelector(role, options)),
    };
  }

  title(): Promise<string> {
    return this.find(() => document.title);
  }

  content(): Promise<string> {
    return this.find(() => document.documentElement.outerHTML);
  }

  async evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    return (await callIn(this.session, { context: this.context }, String(run), [argument])) as Result;
  }

  async waitForFunction(run: () => unknown): Promise<void> {
    await until(`${String(run)} holds`, async () => Boolean(await this.evaluate(run)));
  }

  async addScriptTag({ content }: { content: string }): Promise<void> {
    await this.evaluate((text) => {
      const script = document.createElement('script');
      script.textContent = text;
      document.head.append(script);
    }, content);
  }

  /** Runs a function beside the page with the finder at hand; elements come back as the browser's names for them. */
  find<Result, Arguments extends readonly unknown[]>(
    run: (finder: Finder, ...args: Arguments) => Result,
    ...args: Arguments
  ): Promise<Awaited<Result>> {
    return this.findBy(String(run), args) as Promise<Awaited<Result>>;
  }

  /** The same by the function's source. */
  async findBy(run: string, args: readonly unknown[]): Promise<unknown> {
    const source = `(...args) => globalThis.letterboxFinder === undefined
      ? 'missing'
      : Promise.resolve((${run})(letterboxFinder, ...args)).then((found) => ({ found }))`;
    const realm = { context: this.context, sandbox: SANDBOX };
    const call = () => callIn(this.session, realm, source, args);
    let answer = await call();
    if (answer === 'missing') {
      await callIn(this.session, realm, `() => { ${await finderScript()} }`);
      answer = await call();
    }
    return (answer as { found?: unknown }).found;
  }

  #located(selector: string): FirefoxLocator {
    return new FirefoxLocator(async () => this, selector);
  }

  async #frameIn(selector: string): Promise<FirefoxFrame> {
    const { context } = (await this.find((finder, css) => {
      return (finder.one(css) as HTMLIFrameElement).contentWindow;
    }, selector)) as unknown as { context: string };
    return new FirefoxFrame(this.session, context, this.top);
  }
}
