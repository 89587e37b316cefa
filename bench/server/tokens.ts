import { hash } from 'node:crypto';
import secp256k1 from 'secp256k1';
import { fromHex } from '../../src/protocol/bytes.ts';
import type { RequestClaims } from '../../src/protocol/tokens.ts';
import type { Person } from './people.ts';

/** The same tokens as createRequestToken makes, signed natively: tens of thousands are needed for each round. */
export function requestToken(claims: RequestClaims, { secret, publicKey }: Person): string {
  const signed = `${HEADER}.${encode({ iss: publicKey, ...claims })}`;
  const { signature } = secp256k1.ecdsaSign(hash('sha256', signed, 'buffer'), fromHex(secret));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

const HEADER = encode({ alg: 'ES256K', typ: 'letterbox-request+jwt' });

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
