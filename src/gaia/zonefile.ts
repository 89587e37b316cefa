import type { JsonObject } from '../protocol/json.ts';

const URI_LINE = /^\s*_https?\._tcp\s+(?:\d+\s+)?(?:IN\s+)?URI\s+\d+\s+\d+\s+"?([^"\s]+)"?\s*$/i;

/**
 * The profile URL of a name's zonefile: the target of its first URI record for `_http._tcp`, as stacks.js reads it,
 * or `_https._tcp`. A target without a scheme is https. RFC 7553
 * @returns undefined where there is none
 */
export function profileUrlOf(zonefile: string): string | undefined {
  for (const line of zonefile.split('\n')) {
    const target = URI_LINE.exec(line.replace(/(^|\s);.*$/, ''))?.[1];
    if (target !== undefined) return target.includes('://') ? target : `https://${target}`;
  }
  return undefined;
}

/**
 * The same of what BNSv2 holds: text, or JSON. JSON has no settled place for a profile; its `url` is where a name leads,
 * so that one counts where it ends in `/profile.json`, as wallets call the file. docs/protocol.md#1
 */
export function profileUrlIn(zonefile: unknown): string | undefined {
  if (typeof zonefile === 'string') return profileUrlOf(zonefile);
  if (typeof zonefile !== 'object' || zonefile === null) return undefined;
  const { url } = zonefile as JsonObject;
  return typeof url === 'string' && url.endsWith('/profile.json') ? url : undefined;
}
