import ipaddr from 'ipaddr.js';
import { LetterboxError } from '../protocol/errors.ts';
import { allowLoopback, isLoopback, type PlaceOptions } from '../protocol/ids.ts';

/**
 * Lets only public places through: https, no user info, no localhost, no literal address that is private, loopback,
 * link-local, shared or otherwise special (v4-mapped included). Names that resolve to such an address are the guarded
 * fetch's to refuse, where the platform can resolve them. docs/protocol.md#4
 * @throws LetterboxError `place-forbidden`
 */
export function requirePublicPlace(address: string, options: PlaceOptions = {}): URL {
  const url = URL.parse(address);
  if (url === null) throw forbidden(address, 'not a URL');
  if (url.username !== '' || url.password !== '') throw forbidden(url.origin, 'has user info');
  if (options[allowLoopback] && isWeb(url) && isLoopback(url.hostname)) return url;
  if (url.protocol !== 'https:') throw forbidden(address, 'not https');
  if (!isPublicHost(url.hostname)) throw forbidden(address, 'not a public host');
  return url;
}

/** False for localhost and for literal addresses outside the public Internet. `hostname` as a URL serialises it. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || host.endsWith('.localhost')) return false;
  return !ipaddr.isValid(host) || isPublicAddress(host);
}

/** True for an IP address (v4, or v6 without brackets) of the public Internet. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip.range() !== 'unicast') return false;
  return !(ip instanceof ipaddr.IPv6) || ip.match(GLOBAL_IPV6); // ::/96 and its like count as unicast elsewhere
}

/** True for an IP address of this machine itself. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}

/** All that is allocated of IPv6. RFC 4291 section 2.4 */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

function isWeb(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

function forbidden(url: string, problem: string): LetterboxError<'place-forbidden'> {
  return new LetterboxError('place-forbidden', { url, problem });
}
