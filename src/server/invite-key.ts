import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../protocol/bytes.ts';
import type { Random } from '../protocol/ports.ts';
import { INVITE_KEY_BYTES } from './invites.ts';

/** The key that invites are signed with, in the data folder; made by whoever needs it first. */
export function readInviteKey(data: string, random: Random): Uint8Array {
  const path = join(data, 'invite.key');
  if (!existsSync(path)) makeKey(path, random);
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} is no key`);
  return fromHex(text);
}

/** Whole or not at all, whoever dies over it, and once, however many make one at the same time. */
function makeKey(path: string, random: Random): void {
  const part = `${path}.${toHex(random.bytes(8))}`;
  writeFileSync(part, `${toHex(random.bytes(INVITE_KEY_BYTES))}\n`, { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(part);
  }
}
