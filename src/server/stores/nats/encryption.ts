import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { TlsOptions } from '@nats-io/transport-node';
import { readNamed } from './access.ts';
import type { NatsPlace } from './place.ts';

/**
 * An encrypted connection to a node whose certificate names a host of `--store`. The client would look for the address
 * of a node in no certificate, and for `localhost` instead.
 * @param ca a file
 * @throws Error, for the operator, where the file is none of certificates
 */
export function encryptionOf({ servers }: NatsPlace, ca?: string): TlsOptions {
  if (ca !== undefined) readCertificate(ca);
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, ''));
  const checked = {
    checkServerIdentity(_host: string, certificate: PeerCertificate): Error | undefined {
      const refusals = hosts.map((host) => checkServerIdentity(host, certificate));
      return refusals.includes(undefined) ? undefined : refusals[0];
    },
  };
  return { ...checked, ...(ca === undefined ? {} : { caFile: ca }) };
}

/** Node would pass over what it cannot read. */
function readCertificate(file: string): X509Certificate {
  const contents = readNamed('--store-ca', file);
  try {
    return new X509Certificate(contents);
  } catch (cause) {
    throw new Error(`--store-ca: ${file} does not begin with a certificate in PEM`, { cause });
  }
}
