import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { fromUtf8 } from '../../../protocol/bytes.ts';
import { ANSWER_MS, ask, CODES, JetStreamError, unavailable } from './api.ts';
import type { Shelf } from './subjects.ts';

/** The newest message of a subject. */
export interface Found {
  /** In its stream; no two messages share one, and each write's is above all before it. */
  readonly seq: number;
  readonly data: Uint8Array;
}

/** By subject; without those that are not there or were erased. */
export interface Findings {
  get(subject: string): Found | undefined;
  /** What a write that replaces what was found here has to expect. */
  seqOf(subject: string): number;
  /** All that the answering node had taken by then is in these findings. Infinite for the leader. */
  readonly upTo: number;
}

/** Who is asked: the one node that has every write, or whichever is nearest and may lag behind. */
export type Source = 'leader' | 'any';

/** What stands in the place of something erased, until the engine erases it too. */
export const ERASED = new Uint8Array([0]);

const NO_CONTENT = 204;
const NOT_FOUND = 404;

/** @throws LetterboxError `unavailable` */
export function find(
  nats: NatsConnection,
  shelf: Shelf,
  subjects: readonly string[],
  source: Source,
): Promise<Findings> {
  return source === 'leader' ? findAtLeader(nats, shelf, subjects) : findAnywhere(nats, shelf, subjects);
}

async function findAtLeader(
  nats: NatsConnection,
  { stream }: Shelf,
  subjects: readonly string[],
): Promise<Findings> {
  const found = new Map<string, Found>();
  await Promise.all(
    subjects.map(async (subject) => {
      const message = await last(nats, stream, subject);
      if (message !== undefined) found.set(subject, message);
    }),
  );
  return findings(found, Number.POSITIVE_INFINITY);
}

async function last(nats: NatsConnection, stream: string, subject: string): Promise<Found | undefined> {
  try {
    const answer = await ask(nats, `STREAM.MSG.GET.${stream}`, { last_by_subj: subject });
    const { seq, data = '' } = Reflect.get(answer, 'message') as { seq: number; data?: string };
    return { seq, data: Buffer.from(data, 'base64') };
  } catch (error) {
    if (!(error instanceof JetStreamError)) throw error;
    if (error.code === CODES.noMessage) return undefined;
    throw unavailable(error);
  }
}

/** One request for all. https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-31.md */
async function findAnywhere(
  nats: NatsConnection,
  { stream }: Shelf,
  subjects: readonly string[],
): Promise<Findings> {
  const found = new Map<string, Found>();
  const body = JSON.stringify({ multi_last: subjects });
  const options = { strategy: 'sentinel' as const, maxWait: ANSWER_MS };
  try {
    for await (const message of await nats.requestMany(`$JS.API.DIRECT.GET.${stream}`, body, options)) {
      const code = message.headers?.code ?? 0;
      if (code === NOT_FOUND) return findings(found, 0);
      if (code === NO_CONTENT) return findings(found, numberIn(message, 'Nats-UpTo-Sequence'));
      if (code !== 0) throw new Error(`a direct get answers ${code} ${message.headers?.description ?? ''}`);
      const subject = message.headers?.get('Nats-Subject') ?? '';
      found.set(subject, { seq: numberIn(message, 'Nats-Sequence'), data: message.data });
    }
  } catch (cause) {
    throw unavailable(cause);
  }
  throw unavailable(new Error('a direct get did not come to its end'));
}

function findings(found: ReadonlyMap<string, Found>, upTo: number): Findings {
  return {
    upTo,
    seqOf: (subject) => found.get(subject)?.seq ?? 0,
    get(subject) {
      const message = found.get(subject);
      return message === undefined || message.data.length <= ERASED.length ? undefined : message;
    },
  };
}

function numberIn({ headers }: Msg, name: string): number {
  return Number(headers?.get(name));
}

/** A document as this store wrote it. */
export function parseJson(found: Found): object {
  return JSON.parse(fromUtf8(found.data, 'stored document')) as object;
}
