import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url, utf8 } from '../protocol/bytes.ts';
import { LetterboxError } from '../protocol/errors.ts';
import { asString, integer, parseJsonObject } from '../protocol/json.ts';
import type { Invite } from './stores/store.ts';

/** Of the key that signs invites, in bytes. */
export const INVITE_KEY_BYTES = 32;

const MAX_LENGTH = 512;

/** The code that a person enters, for the header Letterbox-Invite: what it allows, and an HMAC-SHA-256 over it. */
export function createInvite(invite: Invite, key: Uint8Array): string {
  const { id, uses, exp, stored } = invite;
  const claims = toBase64url(utf8(JSON.stringify({ id, uses, exp, stored })));
  return `${claims}.${toBase64url(macOf(claims, key))}`;
}

/** @throws LetterboxError `not-admitted` for a code that this server did not make */
export function openInvite(code: string, key: Uint8Array): Invite {
  const [claims = '', mac = ''] = code.split('.');
  try {
    if (code.length > MAX_LENGTH || code !== `${claims}.${mac}`) throw notAdmitted();
    const given = fromBase64url(mac, 'invite');
    const wanted = macOf(claims, key);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw notAdmitted();
    return parseInvite(fromBase64url(claims, 'invite'));
  } catch (cause) {
    throw notAdmitted(cause);
  }
}

function parseInvite(bytes: Uint8Array): Invite {
  const value = parseJsonObject(bytes, 'invite');
  return {
    id: asString(value['id'], 'invite.id', 64),
    uses: integer(value, 'uses', 'invite'),
    exp: integer(value, 'exp', 'invite'),
    ...(value['stored'] === undefined ? {} : { stored: integer(value, 'stored', 'invite') }),
  };
}

function macOf(claims: string, key: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(`letterbox-invite ${claims}`).digest();
}

function notAdmitted(cause?: unknown): LetterboxError<'not-admitted'> {
  return new LetterboxError('not-admitted', {}, { cause });
}
