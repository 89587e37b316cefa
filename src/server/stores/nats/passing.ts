import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { ask } from './api.ts';
import type { Passed } from './moment.ts';
import type { Shelf } from './subjects.ts';

const AT_ONCE = 500;
const PULL_SECONDS = 5;
/** Pulls that bring nothing: nobody answers, since a message is always on its way. */
const MOST_EMPTY = 6;
const NANOSECONDS = 1e9;

/**
 * All messages of a stream, one after the other, as one node has them; and those that are written from then on.
 * @throws Error where it does not go on
 */
export async function* passAll(
  nats: NatsConnection,
  { stream }: Shelf,
): AsyncGenerator<Passed, void, undefined> {
  const consumer = await createConsumer(nats, stream);
  let [taken, empty] = [0, 0];
  try {
    while (empty < MOST_EMPTY) {
      empty += 1;
      for await (const message of pull(nats, stream, consumer)) {
        const { count, ...place } = placeOf(message);
        taken += 1;
        if (count !== taken) throw stopped(stream);
        empty = 0;
        yield { ...keptIn(message), ...place };
      }
    }
  } finally {
    await ask(nats, `CONSUMER.DELETE.${stream}.${consumer}`).catch(() => undefined); // else it ends by itself
  }
  throw stopped(stream);
}

/** In the memory of one node, and gone with the connection. */
async function createConsumer(nats: NatsConnection, stream: string): Promise<string> {
  const config = {
    deliver_policy: 'all',
    ack_policy: 'none',
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: 60 * NANOSECONDS,
  };
  const made = await ask(nats, `CONSUMER.CREATE.${stream}`, { stream_name: stream, config });
  return Reflect.get(made, 'name') as string;
}

function stopped(stream: string): Error {
  return new Error(`NATS stopped giving what is in ${stream}: see whether all nodes are well, and try again`);
}

/** https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-13.md */
async function* pull(
  nats: NatsConnection,
  stream: string,
  consumer: string,
): AsyncGenerator<Msg, void, undefined> {
  const reply = createInbox();
  const answers = nats.subscribe(reply, { max: AT_ONCE });
  const body = { batch: AT_ONCE, expires: PULL_SECONDS * NANOSECONDS };
  nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(body), { reply });
  try {
    for await (const message of answers) {
      if (isStatus(message)) return;
      yield message;
    }
  } finally {
    answers.unsubscribe();
  }
}

/** The end of a pull, for whatever reason. */
function isStatus({ headers }: Msg): boolean {
  return (headers?.code ?? 0) !== 0;
}

function keptIn({ subject, data, headers }: Msg): Pick<Passed, 'subject' | 'data' | 'seconds'> {
  const seconds = headers?.get('Nats-TTL') ?? '';
  return { subject, data, ...(seconds === '' ? {} : { seconds: Number(seconds) }) };
}

/** `$JS.ACK.[domain.account.]stream.consumer.deliveries.sequence.count.nanoseconds.pending` */
function placeOf({ reply = '' }: Msg): { sequence: number; count: number; time: number; pending: number } {
  const parts = reply.split('.');
  const from = parts.length === 9 ? 5 : 7;
  const [sequence = 0, count = 0, nanoseconds = 0, pending = 0] = parts.slice(from, from + 4).map(Number);
  return { sequence, count, time: Math.floor(nanoseconds / NANOSECONDS), pending };
}
