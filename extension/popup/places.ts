import type { EntryKey, SenderKey } from '../../src/agent/owner-api.ts';

/** What the popup shows. One place at a time; Escape and Back lead one step up. */
export type Place =
  | { readonly at: 'inbox' }
  | { readonly at: 'message'; readonly key: EntryKey }
  | { readonly at: 'requests' }
  | { readonly at: 'request'; readonly key: SenderKey }
  | { readonly at: 'sent' };

export function above(place: Place): Place | undefined {
  switch (place.at) {
    case 'inbox':
      return undefined;
    case 'message':
    case 'requests':
    case 'sent':
      return { at: 'inbox' };
    case 'request':
      return { at: 'requests' };
    default:
      return place satisfies never;
  }
}

/** The row of a list that one comes back to: the one that was opened, or what took its place at the top. */
export function rowLeft(rows: readonly SenderKey[], left: Place | undefined): number | undefined {
  if (left?.at !== 'message' && left?.at !== 'request') return undefined;
  const opened = rows.findIndex((row) => {
    const same = row.inbox === left.key.inbox && row.from === left.key.from;
    return same && (left.at === 'request' || ('id' in row && row.id === left.key.id));
  });
  return Math.max(opened, 0);
}

/** What every place in the popup can do. */
export interface Moves {
  readonly go: (place: Place) => void;
  readonly back: () => void;
  /** Says what was done, with a way back where there is one. */
  readonly say: (text: string, undo?: () => void) => void;
}
