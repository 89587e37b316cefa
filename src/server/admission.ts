import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { parseAddress, type Address } from '../protocol/ids.ts';
import type { ServerInfo } from '../protocol/server-api.ts';
import { openInvite } from './invites.ts';
import type { Admission, Plan } from './stores/store.ts';

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
    grounds: async (address) => (await readAllowlist(read)).get(address) ?? 'none',
  };
}

/** What is wrong with the list is no caller's fault. @throws LetterboxError `unavailable` */
async function readAllowlist(read: () => Promise<string>): Promise<Map<Address, Plan>> {
  try {
    return parseAllowlist(await read());
  } catch (cause) {
    throw new LetterboxError('unavailable', {}, { cause });
  }
}

/**
 * One address a line, and how many deliveries its inbox keeps where that is not what all others do; what follows a # is a
 * remark.
 * @throws LetterboxError `malformed`
 */
export function parseAllowlist(text: string): Map<Address, Plan> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Map(lines.filter((line) => line !== '').map(parseListed));
}

function parseListed(line: string): [Address, Plan] {
  const [address, stored, ...more] = line.split(/\s+/);
  const isPlan = stored === undefined || (/^[1-9]\d{0,8}$/.test(stored) && more.length === 0);
  if (!isPlan)
    throw new LetterboxError('malformed', { what: 'allowlist', problem: 'not an address and a number' });
  return [parseAddress(address, 'allowlist'), stored === undefined ? {} : { stored: Number(stored) }];
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
