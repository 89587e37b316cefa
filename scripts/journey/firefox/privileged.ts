import { pressIn } from '../popup-script.ts';
import { offline } from './offline.ts';
import { ownWindow } from './own-window.ts';
import { pressInPanel } from './popup.ts';
import type { Session } from './session.ts';

/** What Firefox lets nobody do from a page: asked in its own window. */
export interface Privileged {
  /** Every HTTP request since it was opened. */
  requests(): Promise<readonly { method: string; url: string }[]>;
  /** Ends the extension's event page as the browser does when it was idle, whatever it is at. */
  endBackground(): Promise<void>;
  /** Presses the extension's icon, and then a button in the popup. @returns what the popup said */
  pressInPopup(button: string): Promise<string>;
  /** “Work Offline”, or not. */
  offline(isOffline: boolean): Promise<void>;
}

/** The names that are there: https://firefox-source-docs.mozilla.org/toolkit/components/extensions/ */
interface Chrome {
  readonly Services: {
    readonly obs: { addObserver(observe: (subject: Subject) => void, topic: string): void };
  };
  readonly Ci: { readonly nsIHttpChannel: unknown; readonly nsIUserIdleServiceInternal: unknown };
  readonly Cc: Readonly<Record<string, { getService(face: unknown): UserIdle }>>;
  readonly WebExtensionPolicy: { getByID(id: string): { extension: Background } };
  letterboxSeen?: { method: string; url: string }[];
}
interface Subject {
  QueryInterface(face: unknown): { requestMethod: string; URI: { spec: string } };
}
interface UserIdle {
  resetIdleTimeOut(milliseconds: number): void;
}
interface Background {
  backgroundState: string;
  terminateBackground(how: { ignoreDevToolsAttached: true; disableResetIdleForTest: true }): Promise<void>;
}

/** @param isKept whether the person is there all the time: otherwise while somebody is at the screen */
export async function openPrivileged(
  session: Session,
  extensionId: string,
  isKept: boolean,
): Promise<Privileged> {
  const window = await ownWindow(session);
  const call = (run: (id: string) => unknown) => window.call(String(run), [extensionId]);
  await call(watchRequests);
  if (isKept) await call(keepPersonThere);
  return {
    requests: async () => (await call(readRequests)) as { method: string; url: string }[],
    endBackground: async () => {
      await call(endBackground);
    },
    pressInPopup: async (button) => {
      const source = `(${String(pressIn)})(${JSON.stringify(button)})`;
      return (await window.call(String(pressInPanel), [extensionId, source])) as string;
    },
    offline: (isOffline) => offline(window, isOffline),
  };
}

function watchRequests(): void {
  const { Services, Ci } = globalThis as unknown as Chrome;
  const seen: { method: string; url: string }[] = [];
  (globalThis as unknown as Chrome).letterboxSeen = seen;
  Services.obs.addObserver((subject) => {
    const { requestMethod, URI } = subject.QueryInterface(Ci.nsIHttpChannel);
    seen.push({ method: requestMethod, url: URI.spec });
  }, 'http-on-opening-request');
}

/** Nobody touches a headless browser. Chromium's takes its person for active all the same; this one is told to. */
function keepPersonThere(): void {
  const { Cc, Ci } = globalThis as unknown as Chrome;
  const idle = Cc['@mozilla.org/widget/useridleservice;1']?.getService(Ci.nsIUserIdleServiceInternal);
  setInterval(() => idle?.resetIdleTimeOut(0), 5000);
}

function readRequests(): unknown {
  return (globalThis as unknown as Chrome).letterboxSeen;
}

async function endBackground(id: string): Promise<void> {
  const { extension } = (globalThis as unknown as Chrome).WebExtensionPolicy.getByID(id);
  await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
}
