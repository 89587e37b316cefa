import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toBase64url, toHex, utf8 } from '../protocol/bytes.ts';
import { publicKeyOf, type PrivateKey } from '../protocol/ids.ts';
import type { Random } from '../protocol/ports.ts';

export const HUB_TOKEN_LIFETIME_SECONDS = 3 * 3600;

export interface HubTokenOptions {
  /** `challenge_text` of the hub's `/hub_info`, checked. */
  readonly challenge: string;
  /** The hub that the token is for, as the session names it. */
  readonly hubUrl: string;
  readonly privateKey: PrivateKey;
  /** `gaiaAssociationToken` of the session, where it has one. */
  readonly associationToken?: string;
  /** Unix seconds. */
  readonly now: number;
  readonly random: Random;
}

/**
 * The value of a hub's Authorization header: `bearer v1:<JWT ES256K>`, by the bucket's key, for one hub and three hours, so that
 * one whose clock is an hour behind is let in.
 * It opens the whole bucket: it goes to that hub and nowhere else. Unlike stock tokens it carries `exp`, and `iat`,
 * without which a hub refuses it once the user has revoked older ones.
 */
export function createHubToken(options: HubTokenOptions): string {
  const { challenge, hubUrl, privateKey, associationToken, now, random } = options;
  const claims = {
    gaiaChallenge: challenge,
    hubUrl,
    iss: publicKeyOf(privateKey),
    salt: toHex(random.bytes(16)),
    iat: now,
    exp: now + HUB_TOKEN_LIFETIME_SECONDS,
    ...(associationToken === undefined ? {} : { associationToken }),
  };
  return `bearer v1:${signJwt(claims, privateKey)}`;
}

function signJwt(claims: object, privateKey: PrivateKey): string {
  const signed = `${encode({ typ: 'JWT', alg: 'ES256K' })}.${encode(claims)}`;
  const signature = secp256k1.sign(sha256(utf8(signed)), fromHex(privateKey), { prehash: false, lowS: true });
  return `${signed}.${toBase64url(signature)}`;
}

function encode(value: object): string {
  return toBase64url(utf8(JSON.stringify(value)));
}
