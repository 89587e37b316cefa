import { callIn } from './realm.ts';
import type { Session } from './session.ts';
import { OWN_PAGE, type Context } from './tab.ts';

/** Firefox's own window, where its chrome runs and may do all. */
export interface OwnWindow {
  /** Runs a function there, by its source, as `callIn`. */
  call(source: string, args?: readonly unknown[]): Promise<unknown>;
}

/** Needs `--remote-allow-system-access`. */
export async function ownWindow(session: Session): Promise<OwnWindow> {
  const { contexts } = await session.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const window = (contexts as readonly Context[]).find(({ url }) => url.startsWith('chrome:'));
  if (window === undefined) return fromTab(session);
  return { call: (source, args) => callIn(session, window, source, args) };
}

/** Firefox 140, the oldest that is supported, knows no `moz:scope`: there a page of its own reaches the window. */
async function fromTab(session: Session): Promise<OwnWindow> {
  const { context } = await session.send('browsingContext.create', { type: 'tab', background: true });
  const tab = { context: String(context) };
  await session.send('browsingContext.navigate', { ...tab, url: OWN_PAGE, wait: 'complete' });
  return {
    call(source, args = []) {
      const script = `data:,${encodeURIComponent(`globalThis.letterboxRun = ${source}`)}`;
      return callIn(session, tab, String(runInWindow), [script, ...args]);
    },
  };
}

interface Chrome {
  readonly Services: {
    readonly scriptloader: { loadSubScript(url: string, target: ChromeWindow): void };
  };
  readonly browsingContext: { readonly topChromeWindow: ChromeWindow };
}
interface ChromeWindow {
  letterboxRun(...args: readonly unknown[]): unknown;
}

function runInWindow(script: string, ...args: readonly unknown[]): unknown {
  const { Services, browsingContext } = globalThis as unknown as Chrome;
  const window = browsingContext.topChromeWindow;
  Services.scriptloader.loadSubScript(script, window);
  return window.letterboxRun(...args);
}
