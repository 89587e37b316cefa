import { credsAuthenticator, type Authenticator } from '@nats-io/transport-node';
import { fromBase64url, fromUtf8 } from '../../../protocol/bytes.ts';
import { readNamed } from './access.ts';

/**
 * Proves that the server is the user of a .creds file, as the file is at the time: a user that ends is renewed without
 * a restart.
 * @throws Error, for the operator, where the file is none
 */
export function createAuthenticator(file: string): Authenticator {
  const authenticate = credsAuthenticator(() => readNamed('--store-credentials', file));
  requireWhole(file, readNamed('--store-credentials', file));
  return authenticate;
}

function requireWhole(file: string, contents: Uint8Array): void {
  try {
    const { jwt, nkey } = credsAuthenticator(contents)('a nonce') as { jwt: string; nkey: string };
    const [, claims = ''] = jwt.split('.');
    const { sub } = JSON.parse(fromUtf8(fromBase64url(claims, 'jwt'), 'jwt')) as { sub?: unknown };
    if (sub !== nkey) throw new Error('the seed is another user’s');
  } catch (cause) {
    // in the cause, as it may quote the file, and not in the words
    throw new Error(
      `--store-credentials: ${file} is no whole .creds file, with the JWT of a user and the seed that belongs to it: ` +
        'have it made again, for instance by `nsc generate creds`',
      { cause },
    );
  }
}
