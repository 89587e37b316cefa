import type { Origin } from '../../src/protocol/ids.ts';

/**
 * The match pattern that covers an origin. Firefox knows no ports in patterns: there it stands for all ports of the
 * host. Which origins are on is a list of its own, ports included.
 * @param knowsPorts whether this browser's patterns may carry one
 */
export function patternOf(origin: Origin, knowsPorts = location.protocol !== 'moz-extension:'): string {
  const { protocol, host, hostname } = new URL(origin);
  return `${protocol}//${knowsPorts ? host : hostname}/*`;
}

/** The match patterns of all sites where Letterbox can be turned on: what manifest.json says may be asked for. */
export const EVERYWHERE = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'] as const;

/**
 * Whether Letterbox can be turned on there: https, and http only on the machine itself, where apps are developed. Over
 * plain http anyone on the way could put words into the page's mouth.
 */
export function canEnable(origin: Origin): boolean {
  const { protocol, hostname } = new URL(origin);
  return (
    protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1'))
  );
}
