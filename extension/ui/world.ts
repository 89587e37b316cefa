import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';

/** All that a view knows of what is outside its window. The shells (main.tsx) give the browser's. */
export interface World {
  readonly owner: OwnerApi;
  /** Something that the owner API shows is different now. @returns a function that ends it. */
  readonly onChange: (listener: () => void) => () => void;
  readonly origins: Origins;
  readonly drafts: Drafts;
  /** Deletes everything that Letterbox keeps in this browser. */
  readonly eraseEverything: () => Promise<void>;
  /** Unix seconds. */
  readonly now: () => number;
  /** Opens a web page in a tab. */
  readonly visit: (url: string) => void;
  /** Opens our settings at a section. */
  readonly openSettings: (section: SettingsSection) => void;
  /** Closes the window, for nothing is left to answer. */
  readonly close: () => void;
}

export type SettingsSection = 'apps' | 'servers' | 'general' | 'blocked' | 'lock' | 'data';

/** The sites on which the person turned Letterbox on. */
export interface Origins {
  /** Asks the browser, so only within a click. @returns whether the person agreed. */
  readonly enable: (origin: Origin) => Promise<boolean>;
  readonly disable: (origin: Origin) => Promise<void>;
  /** Asks the browser, so only within a click. @returns whether the person agreed. */
  readonly enableEverywhere: () => Promise<boolean>;
  /** Within a click, too: sites that were turned on one by one stay on. */
  readonly disableEverywhere: () => Promise<void>;
  readonly sites: () => Promise<Sites>;
  /** Whether the browser lets Letterbox in there, whatever the person wants. */
  readonly permits: (origin: Origin) => Promise<boolean>;
  /** The active tab's, if it is a web page. */
  readonly current: () => Promise<Origin | undefined>;
}

/** Where Letterbox is on. */
export interface Sites {
  /** Turned on one by one, and permitted by the browser. */
  readonly on: readonly Origin[];
  /** Turned on one by one, and the browser permits it no longer. */
  readonly withheld: readonly Origin[];
  /** Wherever it can be; `withheld`: the person wants that, and the browser permits it no longer. */
  readonly everywhere: 'off' | 'on' | 'withheld';
}

/** What is written and not sent: a popup vanishes as soon as one clicks beside it. Never on disk. */
export interface Drafts {
  readonly read: (key: string) => Promise<string>;
  /** Every draft that there is. */
  readonly all: () => Promise<readonly { readonly key: string; readonly text: string }[]>;
  /** An empty text ends the draft. */
  readonly write: (key: string, text: string) => Promise<void>;
  /** What the draft is called until its text changes: sent twice under one name, it is one message. */
  readonly nameOf: (key: string) => Promise<string>;
}

const WorldContext = createContext<World | undefined>(undefined);

export const WorldProvider = WorldContext.Provider;

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (world === undefined) throw new Error('a view is rendered without its world');
  return world;
}
