import type { Registries } from '../gaia/registry.ts';

/** What the person sets for Letterbox as a whole; a part of the owner API. */

export interface Settings {
  /** Where names are looked up; of a kind that is empty, none are. */
  readonly registries: Registries;
  /** The message server for newly connected apps; empty: none chosen. */
  readonly defaultServer: string;
  readonly receipts: boolean;
  /** Lets http on loopback through: for developers of apps and servers. */
  readonly development: boolean;
  readonly autoLock: AutoLock;
}

/** What of them is to be another: each kind of registries by itself, and its whole list. */
export type SettingsChange = Partial<Omit<Settings, 'registries'>> & {
  readonly registries?: Partial<Registries>;
};

/** When the vault locks by itself: after so many minutes without the person or with the screen, only with it, or never. */
export type AutoLock = 5 | 15 | 60 | 'screen' | 'never';

/** The passphrase around the keys. */
export interface VaultView {
  /** `none`: no passphrase is set, and keys last until the browser closes. */
  readonly state: 'none' | 'locked' | 'open';
  /** Seconds until a passphrase may be tried again. */
  readonly after: number;
  /** Things on the disk that did not open when they were read: they were changed there, or the disk is failing. */
  readonly damaged: number;
  readonly autoLock: AutoLock;
}

/** Of what is here on its way to be encrypted, or open again: so many rows of all of them. */
export interface Progress {
  readonly to: 'sealed' | 'open';
  readonly done: number;
  readonly total: number;
}

/** What the person does about the passphrase. All but `unlock`, `lock` and `eraseAll` reject with `locked` while it is. */
export interface VaultApi {
  /** From now on keys are kept on disk, sealed. */
  setPassphrase(passphrase: string): Promise<void>;
  /** While what is here is being encrypted, or no longer to be: how far that is. Nothing else can be read meanwhile. */
  passphraseProgress(): Promise<Progress | undefined>;
  unlock(passphrase: string): Promise<void>;
  lock(): Promise<void>;
  changePassphrase(from: string, to: string): Promise<void>;
  /** Keys last until the browser closes, as before there was one. */
  removePassphrase(passphrase: string): Promise<void>;
  /**
   * For a forgotten passphrase: keys, messages and apps are gone from here.
   * @param settingsToo they stay unless this is true
   */
  eraseAll(settingsToo?: boolean): Promise<void>;
}
