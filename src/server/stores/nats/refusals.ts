import {
  AuthorizationError,
  ConnectionError,
  PermissionViolationError,
  TimeoutError,
} from '@nats-io/transport-node';
import type { NatsAccess } from './access.ts';
import type { NatsPlace } from './place.ts';

/** Says what the operator has to change where trying again does not help; undefined where it may. */
export function refusalOf(error: unknown, place: NatsPlace, access: NatsAccess): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // one that is busy says that, too
  if (error instanceof AuthorizationError)
    return /timeout/i.test(error.message) ? undefined : userRefusal(place, access);
  if (error.message === "server does not support 'tls'")
    return 'NATS has no TLS: add a tls block to its configuration, or say nats:// in --store, unencrypted';
  const refusal = certificateRefusal(error, access) ?? ownRefusal(error, access);
  return refusal !== undefined && !place.tls ? WANTS_TLS : refusal;
}

export const WANTS_TLS = 'NATS wants an encrypted connection: say tls:// instead of nats:// in --store';

function userRefusal({ user }: NatsPlace, { credentials }: NatsAccess): string {
  if (credentials !== undefined) {
    return (
      `NATS refuses the user of --store-credentials ${credentials}: it is of another operator or account, ` +
      'has ended or was revoked. Have a new one made for this cluster'
    );
  }
  if (user !== undefined) return 'NATS refuses the user or the password in --store';
  return (
    'NATS lets in nobody whom it does not know: say --store-credentials FILE, a .creds file, ' +
    'or nats://user:password@host in --store'
  );
}

/** Where the user may not do what the store needs, which trying again does not change; undefined for anything else. */
export function permissionRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!(error instanceof PermissionViolationError)) return permissionRefusal(error.cause);
  const may = error.operation === 'publish' ? 'publish to' : 'subscribe to';
  return `NATS does not let this user ${may} ${error.subject}: give it that permission, or say another store in --store`;
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function certificateRefusal(error: Error, { ca }: NatsAccess): string | undefined {
  const code = String(Reflect.get(error, 'code'));
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate of NATS names none of the hosts of --store: say them as it does (${error.message})`;
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate of NATS has expired: renew it, on every node';
  if (code === 'CERT_NOT_YET_VALID')
    return 'the certificate of NATS is not valid yet: is the clock of this machine right?';
  if (!/^UNABLE_TO_|SELF_SIGNED|^CERT_|^INVALID_/.test(code)) return undefined;
  const advice =
    ca === undefined
      ? 'say --store-ca FILE, the certificate of the authority that issued it, in PEM'
      : `${ca} of --store-ca is not the authority that issued it`;
  return `the certificate of NATS is not trusted: ${advice} (${code})`;
}

/** Of the server's own certificate, as the node tells it. https://www.rfc-editor.org/rfc/rfc8446#section-6.2 */
function ownRefusal(error: Error, { cert }: NatsAccess): string | undefined {
  const code = String(Reflect.get(error, 'code'));
  const [, alert = ''] =
    /^ERR_SSL_.*_ALERT_(.*(?:CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE).*)$/.exec(code) ?? [];
  if (alert === '') return undefined;
  if (cert === undefined)
    return `NATS wants a certificate of whoever connects: say --store-cert FILE and --store-key FILE (${code})`;
  if (alert === 'CERTIFICATE_EXPIRED')
    return `the certificate of --store-cert ${cert} has expired, or is not valid yet by the clock of NATS: renew it`;
  return (
    `NATS refuses the certificate of --store-cert ${cert}: have one made by an authority that is in ca_file, ` +
    `in the tls block of its configuration (${code})`
  );
}

/** What is said where trying again did not help. */
export function unreachable({ servers, tls }: NatsPlace, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice =
    !tls && isSilence(cause) ? '. Nodes with handshake_first in their tls block want tls:// in --store' : '';
  return new Error(`no NATS server answers at ${servers.join(', ')}: ${why}${advice}`, { cause });
}

/** As of a node that wants TLS before a word is said. */
export function isSilence(cause: unknown): boolean {
  if (cause instanceof TimeoutError) return true;
  return cause instanceof ConnectionError && cause.cause === undefined;
}

/** As of a node that says who it is before there is TLS. */
export function speaksFirst(cause: unknown): boolean {
  return cause instanceof Error && Reflect.get(cause, 'code') === 'ERR_SSL_WRONG_VERSION_NUMBER';
}
