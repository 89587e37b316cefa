import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { parseAddress, type Address } from '../protocol/ids.ts';
import type { ServerInfo } from '../protocol/server-api.ts';
import { openInvite } from './invites.ts';
import type { Admission } from './stores/store.ts';

/** Who may open an inbox here. docs/protocol.md#6 */
export interface Admissions {
  readonly mode: ServerInfo['admission'];
  /**
   * @param invite the header Letterbox-Invite
   * @throws LetterboxError `unavailable` where it cannot be told
   */
  grounds(address: Address, invite: string | undefined): Promise<Admission>;
}

export const OPEN: Admissions = { mode: 'open', grounds: () => Promise.resolve('open') };

/** Whoever has an invite made with this key. */
export function byInvite(key: Uint8Array): Admissions {
  return { mode: 'invite', grounds: (_address, invite) => Promise.resolve(invited(invite, key)) };
}

/** Whose address is on the list, which is read each time, so that it can be changed while the server runs. */
export function byAllowlist(read: () => Promise<string>): Admissions {
  return {
    mode: 'allowlist',
    grounds: async (address) => ((await readAllowlist(read)).has(address) ? 'open' : 'none'),
  };
}

/** What is wrong with the list is no caller's fault. @throws LetterboxError `unavailable` */
async function readAllowlist(read: () => Promise<string>): Promise<Set<Address>> {
  try {
    return parseAllowlist(await read());
  } catch (cause) {
    throw new LetterboxError('unavailable', {}, { cause });
  }
}

/** One address a line; what follows a # is a remark. @throws LetterboxError `malformed` */
export function parseAllowlist(text: string): Set<Address> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Set(lines.filter((line) => line !== '').map((line) => parseAddress(line, 'allowlist')));
}

/** An inbox that is there already is renewed whatever its invite has become. */
function invited(code: string | undefined, key: Uint8Array): Admission {
  if (code === undefined) return 'none';
  try {
    return openInvite(code, key);
  } catch (error) {
    if (isLetterboxError(error, 'not-admitted')) return 'none';
    throw error;
  }
}
