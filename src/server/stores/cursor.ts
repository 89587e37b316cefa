import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../protocol/bytes.ts';
import { LetterboxError } from '../../protocol/errors.ts';
import type { Cursor } from '../../protocol/server-api.ts';

/** A place in an inbox. Opaque on the wire; the epoch and the inbox's generation keep old ones from passing for new. */
export interface Position {
  readonly epoch: string;
  /** Another one each time an address enrols anew after it left. */
  readonly generation: number;
  /** The last delivery before the place; 0 at the start. */
  readonly sequence: number;
}

export function formatCursor({ epoch, generation, sequence }: Position): Cursor {
  return toBase64url(utf8(`${epoch}.${generation}.${sequence}`)) as Cursor;
}

/**
 * The sequence that a cursor stands at.
 * @param last the position of the newest delivery: a cursor beyond it comes from a future that a backup undid
 * @throws LetterboxError `cursor-expired` for one that cannot be read or is of another epoch or generation
 */
export function parseCursorAt(cursor: Cursor, last: Position): number {
  const [, epoch, generation, sequence] = /^([^.]+)\.(\d{1,15})\.(\d{1,15})$/.exec(decode(cursor)) ?? [];
  const readable = epoch === last.epoch && Number(generation) === last.generation;
  if (!readable || Number(sequence) > last.sequence) throw new LetterboxError('cursor-expired', {});
  return Number(sequence);
}

function decode(cursor: Cursor): string {
  try {
    return fromUtf8(fromBase64url(cursor, 'cursor'), 'cursor');
  } catch (cause) {
    throw new LetterboxError('cursor-expired', {}, { cause });
  }
}
