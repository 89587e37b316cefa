import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { toBase64url } from '../../../protocol/bytes.ts';
import type { Random } from '../../../protocol/ports.ts';
import { ANSWER_MS, CODES, JetStreamError, parseAnswer, unavailable } from './api.ts';
import { ERASED } from './reading.ts';

/** One message of a step. */
export interface Write {
  readonly subject: string;
  readonly data: Uint8Array | string;
  /** The step is taken only where this is the sequence of the subject's message; 0 for none. */
  readonly expects?: number;
  /** Seconds until the engine erases it; for good where absent. */
  readonly seconds?: number;
  readonly header?: readonly [name: string, value: string];
}

/**
 * How a step ended: taken whole; not at all, since something else came first; or nobody knows.
 * `seq` is that of its last message.
 */
export type Outcome =
  | { readonly kind: 'taken'; readonly seq: number }
  | { readonly kind: 'beaten' }
  | { readonly kind: 'refused' | 'unknown'; readonly error: unknown };

export type Commit = (writes: readonly Write[]) => Promise<Outcome>;

/** Erases a message in a step of several: what it held is gone with the step, the rest a moment later. */
export function erasing(subject: string, seconds = 1): Write {
  return { subject, data: ERASED, seconds };
}

/**
 * Takes several messages of one stream in one step, durably, or none of them.
 * https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-50.md
 */
export function createCommit(nats: NatsConnection, random: Random): Commit {
  const process = toBase64url(random.bytes(6));
  let count = 0;
  return async (writes) => {
    count += 1;
    const id = `${process}${count.toString(36)}`;
    try {
      const last = writes.length - 1;
      for (const [index, write] of writes.slice(0, last).entries())
        nats.publish(write.subject, write.data, { headers: headersOf(write, id, index + 1) });
      return await finish(nats, writes[last] as Write, id, last + 1);
    } catch (error) {
      return { kind: 'unknown', error };
    }
  };
}

async function finish(nats: NatsConnection, write: Write, id: string, sequence: number): Promise<Outcome> {
  const all = headersOf(write, id, sequence);
  all.set('Nats-Batch-Commit', '1');
  const answer = await nats.request(write.subject, write.data, { headers: all, timeout: ANSWER_MS });
  try {
    return { kind: 'taken', seq: Reflect.get(parseAnswer(answer.string()), 'seq') as number };
  } catch (error) {
    if (!(error instanceof JetStreamError)) throw error;
    const { wrongLastSequence, wrongLastSequenceInFlight } = CODES;
    const beaten = error.code === wrongLastSequence || error.code === wrongLastSequenceInFlight;
    return beaten ? { kind: 'beaten' } : { kind: 'refused', error: unavailable(error) };
  }
}

function headersOf({ expects, seconds, header }: Write, id: string, sequence: number): MsgHdrs {
  const all = headers();
  all.set('Nats-Batch-Id', id);
  all.set('Nats-Batch-Sequence', String(sequence));
  if (expects !== undefined) all.set('Nats-Expected-Last-Subject-Sequence', String(expects));
  if (seconds !== undefined) all.set('Nats-TTL', String(Math.max(1, Math.ceil(seconds))));
  if (header !== undefined) all.set(...header);
  return all;
}
