/** What the measured worker can be asked for, beside its own work: each job answers how long it took, in milliseconds. */
export type Job =
  | OpenJob
  | { readonly job: 'verify'; readonly signed: readonly Signed[] }
  | { readonly job: 'fetch'; readonly urls: readonly string[]; readonly atOnce: number }
  | { readonly job: 'insert'; readonly rows: readonly unknown[]; readonly atOnce: number }
  | { readonly job: 'echo'; readonly url: string; readonly times: number }
  | { readonly job: 'beacon'; readonly url: string }
  | { readonly job: 'born' };

/** Opens envelopes for one key, one after the other: as the worker does, or by @stacks/encryption. */
export interface OpenJob {
  readonly job: 'open';
  readonly by: 'worker' | 'stacks';
  readonly envelopes: readonly string[];
  readonly key: string;
}

/** In hex. */
export interface Signed {
  readonly signature: string;
  readonly digest: string;
  readonly publicKey: string;
}
