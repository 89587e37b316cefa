import { asObject, integer } from '../protocol/json.ts';
import { UNASKED_LASTS_AT_MOST, type Grant, type Lasting, type Power, type Powers } from './owner-grants.ts';
import { absent, malformed } from './owner-parts.ts';

const POWERS: readonly Power[] = ['read', 'send', 'sendWithoutAsking'];
/** Seconds. */
const LASTS_AT_MOST = 366 * 86_400;

/** @throws LetterboxError `malformed` */
export function parsePower(value: unknown): Power {
  const power = POWERS.find((known) => known === value);
  if (power === undefined) throw malformed('grants.power', 'none of the three');
  return power;
}

/** @throws LetterboxError `malformed`, also where sending without asking has no end */
export function parsePowers(value: unknown): Powers {
  const powers = asObject(value, 'powers');
  const given = POWERS.filter((power) => !absent(powers, power));
  return Object.fromEntries(given.map((power) => [power, parseLasting(powers[power], power)]));
}

function parseLasting(value: unknown, power: Power): Lasting {
  const isUnasked = power === 'sendWithoutAsking';
  if (value === 'revoked' && !isUnasked) return value;
  const seconds = integer({ [power]: value }, power, 'powers');
  const most = isUnasked ? UNASKED_LASTS_AT_MOST : LASTS_AT_MOST;
  if (seconds < 1 || seconds > most) throw malformed(`powers.${power}`, `not from 1 to ${most} seconds`);
  return seconds;
}

/** One that lies on a disk or in a file. @throws LetterboxError `malformed` */
export function parseGrant(value: unknown, what: string): Grant {
  const grant = asObject(value, what);
  const since = integer(grant, 'since', what);
  return { since, ...(absent(grant, 'until') ? {} : { until: integer(grant, 'until', what) }) };
}
