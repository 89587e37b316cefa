import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../protocol/bytes.ts';
import type { Random } from '../protocol/ports.ts';
import { INVITE_KEY_BYTES } from './invites.ts';

/** The key that invites are signed with, in the data folder; made by whoever needs it first. */
export function readInviteKey(data: string, random: Random): Uint8Array {
  const path = join(data, 'invite.key');
  try {
    writeFileSync(path, `${toHex(random.bytes(INVITE_KEY_BYTES))}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} is no key`);
  return fromHex(text);
}
