import type { WireError } from '../protocol/errors.ts';
import type { Registries } from '../gaia/registry.ts';
import type { Address, Bucket, Name, Origin } from '../protocol/ids.ts';

/** What the person does with their data as a whole; a part of the owner API. Its lines: docs/export.md */
export interface DataApi {
  /**
   * Some more of all that can be exported, as lines of JSON, each without a newline.
   * @param keys whether apps' keys are among it, where they are at hand
   * @param cursor that of the page before; absent for the first
   */
  exportLines(keys: boolean, cursor?: string): Promise<ExportPage>;
  /** Looks at lines of an export, or takes them in. Taken in twice they are there once. */
  importLines(batch: ImportBatch): Promise<ImportReport>;
  /** Every app of which something is kept here, connected or not. */
  keptApps(): Promise<readonly KeptApp[]>;
  /**
   * Deletes all that is kept here of an inbox. `leave`: its servers are told first, and until they have answered
   * everything stays; `now`: whether or not they have.
   */
  eraseApp(inbox: Address, how: 'leave' | 'now'): Promise<void>;
}

export interface ExportPage {
  readonly lines: readonly string[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

export interface ImportBatch {
  /** False: nothing is changed, and the report says what would be. */
  readonly write: boolean;
  /** At most 200, of the same file, in its order. */
  readonly lines: readonly string[];
  /** The apps of the batches before, where nothing was written yet that could say it. */
  readonly apps: readonly { readonly inbox: Address; readonly app: Origin }[];
}

/** What an exported line can be about. */
export type ImportKind = 'contacts' | 'messages' | 'sent' | 'grants' | 'records' | 'settings';
export type ImportCounts = Readonly<Partial<Record<ImportKind, number>>>;

/** What becomes of some lines: it would be so, or it is so. */
export interface ImportReport {
  readonly added: ImportCounts;
  /** What was here already, and stays as it is here. */
  readonly here: ImportCounts;
  readonly apps: readonly ImportedApp[];
  readonly settings?: ImportedSettings;
  readonly conflicts: readonly ImportConflict[];
  /** Lines that cannot be read; `why` for the first of them. */
  readonly unreadable: number;
  readonly why?: WireError;
}

/** An app as the file says it; only its key's address is certain. */
export interface ImportedApp {
  readonly inbox: Address;
  readonly app: Origin;
  readonly appName?: string;
  readonly name?: Name;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly servers: readonly string[];
  /** `taken`: the address belongs to another app here. */
  readonly state: 'new' | 'here' | 'taken';
  /** `asks`: the person is asked whether to connect it, as if its page had handed the key over. */
  readonly key: 'none' | 'asks' | 'here';
  /** Why its key could not be asked about. */
  readonly problem?: WireError;
}

export interface ImportedSettings {
  readonly registries: Registries;
  readonly defaultServer: string;
  /** False where settings were made here, which stay. */
  readonly taken: boolean;
}

/**
 * `relation`: blocked on one side and not on the other, the stricter stays. `name`: known here at another address.
 * `app`: the inbox belongs to another app, or to none.
 */
export interface ImportConflict {
  readonly kind: 'relation' | 'name' | 'app' | 'record';
  readonly address: Address;
  readonly name?: Name;
}

export interface KeptApp {
  readonly inbox: Address;
  readonly app: Origin;
  readonly appName?: string;
  readonly icon?: string;
  readonly name?: Name;
  readonly state: 'connected' | 'leaving' | 'disconnected';
  /** It is being deleted, once its servers know. */
  readonly erasing: boolean;
  /** Without its key, its servers cannot be told of anything. */
  readonly hasKey: boolean;
  /** Servers that do not know yet, by their URL. */
  readonly untold: readonly { readonly url: string; readonly problem?: WireError }[];
  /** What keeps its own storage from knowing. */
  readonly problem?: WireError;
}
