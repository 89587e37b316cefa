import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import type { Timer } from '../../ports.ts';
import type { NatsAccess } from './access.ts';
import { createAuthenticator } from './credentials.ts';
import { encryptionOf } from './encryption.ts';
import type { NatsPlace } from './place.ts';
import { isSilence, refusalOf, speaksFirst, unreachable, WANTS_TLS } from './refusals.ts';

/** The first version that takes several messages in one step. */
const MIN_VERSION = [2, 12] as const;
/** A node that answers no ping for two of these is left for another. */
const PING_MS = 2000;
const CONNECT_MS = 2000;
const TRIES = 60;
const BETWEEN_TRIES_MS = 500;

/**
 * Connects, and waits for a cluster that is not there yet; from then on the connection comes back by itself for ever.
 * Over TLS a node greets before the handshake or, with `handshake_first`, after it, and says nothing until then: where
 * it is silent, the other way is tried next.
 * @throws Error, for the operator, where nobody listens for half a minute, or answers for two and a half, or the server
 * is not fit for it
 */
export async function connectToNats(
  place: NatsPlace,
  timer: Timer,
  access: NatsAccess = {},
): Promise<NatsConnection> {
  let options = optionsOf(place, access);
  for (let left = TRIES; ; left -= 1) {
    try {
      if (place.tls) await probe(options);
      const connection = await connect(options);
      try {
        requireFit(connection, place);
      } catch (error) {
        await connection.close();
        throw error;
      }
      return connection;
    } catch (error) {
      if (error instanceof UnfitError) throw error;
      const refusal = refusalOf(error, place, access);
      if (refusal !== undefined) throw new Error(refusal, { cause: error });
      if (left === 1) throw unreachable(place, error);
      if (place.tls) options = greeted(options, error);
    }
    await pause(timer, BETWEEN_TRIES_MS);
  }
}

/** A connection that comes back by itself would do so in silence where a node refuses this server's certificate. */
async function probe(options: ConnectionOptions): Promise<void> {
  const connection = await connect({ ...options, reconnect: false });
  await connection.close();
}

/** The other way where the node is silent, or speaks when it should not. */
function greeted({ tls, ...options }: ConnectionOptions, error: unknown): ConnectionOptions {
  const handshakeFirst = tls?.handshakeFirst === true ? !speaksFirst(error) : isSilence(error);
  return { ...options, tls: { ...tls, handshakeFirst } };
}

class UnfitError extends Error {}

export function pause(timer: Timer, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    timer.after(milliseconds, resolve);
  });
}

function optionsOf(place: NatsPlace, access: NatsAccess): ConnectionOptions {
  const { credentials } = access;
  const { servers, user, pass, tls } = place;
  return {
    servers: [...servers],
    name: 'letterbox-server',
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    pingInterval: PING_MS,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(tls ? { tls: encryptionOf(place, access) } : {}),
    ...(credentials === undefined ? {} : { authenticator: createAuthenticator(credentials) }),
  };
}

function requireFit({ info }: NatsConnection, { tls }: NatsPlace): void {
  if (info?.tls_required === true && !tls) throw new UnfitError(WANTS_TLS);
  const version = info?.version ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = MIN_VERSION;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new UnfitError(
      `the NATS server is ${version}: this store needs ${MIN_VERSION.join('.')} or newer, which takes several messages in one step`,
    );
  }
  if (info?.jetstream !== true)
    throw new UnfitError('the NATS server has no JetStream: add a jetstream block to its configuration');
}
