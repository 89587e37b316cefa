import { decryptContent, encryptContent } from '@stacks/encryption';
import { isBase64 } from './bytes.ts';
import { LetterboxError } from './errors.ts';
import type { PrivateKey, PublicKey } from './ids.ts';
import { parseJsonObject } from './json.ts';

/**
 * The ECIES envelope of stacks.js as text, checked to be in its one canonical form: what it carries is not yet known
 * to be authentic. docs/protocol.md#3
 */
export type Envelope = string & { readonly __brand: 'Envelope' };

/** Seals text for a public key and opens it again. A port, so that a faster one can stand in. docs/protocol.md#3 */
export interface EnvelopeCipher {
  seal(text: string, recipient: PublicKey): Promise<Envelope>;
  /** @throws LetterboxError `envelope-unreadable` for another's key or any change of the bytes. */
  open(envelope: Envelope, key: PrivateKey): Promise<string>;
}

const MEMBERS = ['cipherText', 'cipherTextEncoding', 'ephemeralPK', 'iv', 'mac', 'wasString'];

/**
 * Checks the exact members and encodings, since stacks.js opens many re-encodings of one envelope.
 * @throws LetterboxError `malformed`
 */
export function parseEnvelope(input: string | Uint8Array, what: string): Envelope {
  const envelope = parseJsonObject(input, what);
  const { iv, ephemeralPK, mac, cipherText } = envelope;
  const exact =
    Object.keys(envelope).toSorted().join() === MEMBERS.join() &&
    isHex(iv, 32) &&
    isHex(ephemeralPK, 66) &&
    isHex(mac, 64) &&
    typeof cipherText === 'string' &&
    isBase64(cipherText) &&
    envelope['cipherTextEncoding'] === 'base64' &&
    envelope['wasString'] === true;
  if (!exact) throw new LetterboxError('malformed', { what, problem: 'not a canonical envelope' });
  return JSON.stringify({
    iv,
    ephemeralPK,
    cipherText,
    mac,
    wasString: true,
    cipherTextEncoding: 'base64',
  }) as Envelope;
}

/** The reference: @stacks/encryption, ECDH on secp256k1, AES-256-CBC, HMAC-SHA-256. */
export const stacksCipher: EnvelopeCipher = {
  async seal(text, publicKey) {
    return (await encryptContent(text, {
      publicKey,
      wasString: true,
      cipherTextEncoding: 'base64',
    })) as Envelope;
  },

  async open(envelope, privateKey) {
    let text: unknown;
    try {
      text = await decryptContent(envelope, { privateKey });
    } catch (cause) {
      throw new LetterboxError('envelope-unreadable', { what: 'envelope' }, { cause });
    }
    if (typeof text !== 'string') throw new LetterboxError('envelope-unreadable', { what: 'envelope' });
    return text;
  },
};

function isHex(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}
