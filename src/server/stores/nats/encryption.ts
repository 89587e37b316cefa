import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { TlsOptions } from '@nats-io/transport-node';
import { readNamed, type NatsAccess } from './access.ts';
import type { NatsPlace } from './place.ts';

/**
 * An encrypted connection to a node whose certificate names a host of `--store`. The client would look for the address
 * of a node in no certificate, and for `localhost` instead.
 * @throws Error, for the operator, where the files are none of certificates, or a key does not belong to its own
 */
export function encryptionOf({ servers }: NatsPlace, { ca, cert, key }: NatsAccess): TlsOptions {
  if (ca !== undefined) readCertificate('--store-ca', ca);
  if (cert !== undefined && key !== undefined) requirePair(cert, key);
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, ''));
  const checked = {
    checkServerIdentity(_host: string, certificate: PeerCertificate): Error | undefined {
      const refusals = hosts.map((host) => checkServerIdentity(host, certificate));
      return refusals.includes(undefined) ? undefined : refusals[0];
    },
  };
  return {
    ...checked,
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
}

function requirePair(cert: string, key: string): void {
  if (readCertificate('--store-cert', cert).checkPrivateKey(readKey(key))) return;
  throw new Error(`--store-key: ${key} is not the key of the certificate in ${cert}`);
}

/** Node would pass over what it cannot read. */
function readCertificate(option: string, file: string): X509Certificate {
  const contents = readNamed(option, file);
  try {
    return new X509Certificate(contents);
  } catch (cause) {
    throw new Error(`${option}: ${file} does not begin with a certificate in PEM`, { cause });
  }
}

function readKey(file: string): KeyObject {
  const contents = readNamed('--store-key', file);
  try {
    return createPrivateKey(contents);
  } catch (cause) {
    throw new Error(`--store-key: ${file} holds no private key in PEM, or one with a passphrase`, { cause });
  }
}
