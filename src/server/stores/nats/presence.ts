import { errors, type NatsConnection } from '@nats-io/transport-node';

/** In no stream: whoever has the store open answers here. */
const subjectOf = (prefix: string): string => `${prefix}.open`;
const PATIENCE_MS = 2000;

/** Says that the store is open, for as long as the connection is. */
export function announce(nats: NatsConnection, prefix: string): void {
  nats.subscribe(subjectOf(prefix), {
    callback: (error, message) => void (error === null && message.respond()),
  });
}

/**
 * A server keeps the epoch that it found when it started: another one must not come beneath it.
 * @throws Error, for the operator, where a server has the store open
 */
export async function requireClosed(nats: NatsConnection, prefix: string): Promise<void> {
  try {
    await nats.request(subjectOf(prefix), '', { timeout: PATIENCE_MS });
  } catch (error) {
    if (error instanceof errors.RequestError && error.isNoResponders()) return;
    if (!(error instanceof errors.TimeoutError)) throw error;
    throw new Error(
      `a server that has the store ${prefix} open does not answer: stop it; or its machine died just now: try again in some minutes`,
      { cause: error },
    );
  }
  throw new Error(`a server has the store ${prefix} open: stop all of them first`);
}
