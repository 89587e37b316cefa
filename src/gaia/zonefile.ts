const URI_LINE = /^\s*_https?\._tcp\s+(?:\d+\s+)?(?:IN\s+)?URI\s+\d+\s+\d+\s+"?([^"\s]+)"?\s*$/i;

/**
 * The profile URL of a name's zonefile: the target of its first URI record for `_http._tcp`, as stacks.js reads it,
 * or `_https._tcp`. A target without a scheme is https. RFC 7553
 * @returns undefined where there is none: old JSON zonefiles and BNSv2's have none that is settled
 */
export function profileUrlOf(zonefile: string): string | undefined {
  for (const line of zonefile.split('\n')) {
    const target = URI_LINE.exec(line.replace(/(^|\s);.*$/, ''))?.[1];
    if (target !== undefined) return target.includes('://') ? target : `https://${target}`;
  }
  return undefined;
}
