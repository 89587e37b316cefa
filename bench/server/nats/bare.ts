import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { pointerOf } from './requests.ts';

/** A NATS client that asks the engine for the same as the server does for one request, and does nothing else. */
export interface Bare {
  /** The gets and the batch of a delivery that is taken at once. */
  readonly send: (n: string) => Promise<void>;
  /** The gets of a poll that finds nothing new. */
  readonly poll: (n: number) => Promise<void>;
  /** The gets of a page of `PAGE`. */
  readonly read: (n: number) => Promise<void>;
  close(): Promise<void>;
}

const STREAM = {
  storage: 'file',
  num_replicas: 3,
  max_msgs_per_subject: 1,
  allow_msg_ttl: true,
  allow_atomic: true,
  allow_direct: true,
};
/** Of an inbox with a few dozen deliveries. */
const HEAD = 'h'.repeat(150);
const KEY = 'k'.repeat(160);
const POLLED = 200;
export const PAGE = 3;
/** What one send of the server asks the leader for: the record, head and key, and twice the policy. */
const SEND_GETS = ['record', 'head', 'key', 'policy', 'policy'];

export async function createBare(servers: string[]): Promise<Bare> {
  const nats = await connect({ servers });
  await ask(nats, 'STREAM.CREATE.bare', { ...STREAM, name: 'bare', subjects: ['bare.>'] });
  const bare: Bare = {
    async send(n) {
      await Promise.all(SEND_GETS.map((kind) => last(nats, `bare.${kind}.${n}`)));
      await lasts(
        nats,
        ['head', 'key', 'policy'].map((kind) => `bare.${kind}.${n}`),
      );
      await batch(nats, n, [`bare.mail.${n}`, `bare.key.${n}`, `bare.head.${n}`], [mailOf(n), KEY, HEAD]);
    },
    async poll(n) {
      await Promise.all(['record', 'head'].map((kind) => last(nats, `bare.${kind}.polled-${n % POLLED}`)));
    },
    async read(n) {
      await bare.poll(n);
      const mails = Array.from({ length: PAGE }, (_, index) => `bare.mail.polled-${(n + index) % POLLED}`);
      await lasts(nats, [...mails, `bare.head.polled-${n % POLLED}`]);
    },
    close: () => nats.close(),
  };
  for (let n = 0; n < POLLED; n += 1) await bare.send(`polled-${n}`);
  return bare;
}

const mailOf = (n: string): string => `${pointerOf(n)}${'m'.repeat(300)}`;

async function batch(
  nats: NatsConnection,
  id: string,
  subjects: readonly string[],
  texts: readonly string[],
): Promise<void> {
  const headersOf = (index: number) => {
    const all = headers();
    all.set('Nats-Batch-Id', id);
    all.set('Nats-Batch-Sequence', String(index + 1));
    if (index > 0) all.set('Nats-Expected-Last-Subject-Sequence', '0');
    if (index < 2) all.set('Nats-TTL', '3600');
    if (index === 2) all.set('Nats-Batch-Commit', '1');
    return all;
  };
  for (const index of [0, 1])
    nats.publish(subjects[index] ?? '', texts[index], { headers: headersOf(index) });
  const answer = await nats.request(subjects[2] ?? '', texts[2], { headers: headersOf(2), timeout: 5000 });
  if (answer.string().includes('error')) throw new Error(answer.string());
}

/** One request for all, as a direct get. */
async function lasts(nats: NatsConnection, subjects: readonly string[]): Promise<void> {
  const options = { strategy: 'sentinel' as const, maxWait: 5000 };
  const body = JSON.stringify({ multi_last: subjects });
  for await (const message of await nats.requestMany('$JS.API.DIRECT.GET.bare', body, options))
    if (message.headers?.code === 408) throw new Error('a bad request');
}

async function last(nats: NatsConnection, subject: string): Promise<unknown> {
  const body = JSON.stringify({ last_by_subj: subject });
  return (await nats.request('$JS.API.STREAM.MSG.GET.bare', body, { timeout: 5000 })).json();
}

async function ask(nats: NatsConnection, subject: string, body: object): Promise<void> {
  const answer = (await nats.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5000 })).string();
  if (answer.includes('"error"')) throw new Error(answer);
}
