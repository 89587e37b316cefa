import type { Tab } from '../../../scripts/journey/tab.ts';
import type { Sight } from './sight.ts';

/** A browser in which the views are looked at. */
export interface Onlooker {
  /** A new tab, in which pages are looked at so. */
  open(sight: Sight): Promise<Tab>;
  /** Does something that downloads a file in a tab. @returns where it is */
  download(tab: Tab, act: () => Promise<unknown>): Promise<string>;
  /** Takes the tab off the network, or puts it back. */
  offline(tab: Tab, isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

/** @param downloads the folder for what pages download */
export type OpenOnlooker = (downloads: string) => Promise<Onlooker>;
