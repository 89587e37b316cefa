import type { NatsConnection } from '@nats-io/transport-node';
import { LetterboxError } from '../../../protocol/errors.ts';

/** An answer that says no. https://docs.nats.io/reference/reference-protocols/nats_api_reference#error-handling */
export class JetStreamError extends Error {
  readonly code: number;
  constructor({ err_code: code, description }: ErrorBody) {
    super(`JetStream says: ${description} (${code})`);
    this.name = 'JetStreamError';
    this.code = code;
  }
}

interface ErrorBody {
  readonly err_code: number;
  readonly description: string;
}

/** The codes that this store tells apart. */
export const CODES = {
  noMessage: 10037,
  streamNotFound: 10059,
  streamExists: 10058,
  wrongLastSequence: 10071,
  wrongLastSequenceInFlight: 10164,
  noPeers: 10005,
  notClustered: 10074,
  notEnabledForAccount: 10039,
} as const;

/** How long an answer may take. */
export const ANSWER_MS = 2500;

/** One request of the JetStream API. @throws JetStreamError; LetterboxError `unavailable` where no answer came */
export async function ask(nats: NatsConnection, subject: string, body: object = {}): Promise<object> {
  const text = await answerTo(nats, `$JS.API.${subject}`, JSON.stringify(body));
  return parseAnswer(text);
}

/** @throws JetStreamError */
export function parseAnswer(text: string): object {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null) throw new TypeError('JetStream gives no object');
  if ('error' in answer) throw new JetStreamError(answer.error as ErrorBody);
  return answer;
}

async function answerTo(nats: NatsConnection, subject: string, body: string): Promise<string> {
  try {
    return (await nats.request(subject, body, { timeout: ANSWER_MS })).string();
  } catch (cause) {
    throw unavailable(cause);
  }
}

export function unavailable(cause: unknown): LetterboxError<'unavailable'> {
  return new LetterboxError('unavailable', {}, { cause });
}
