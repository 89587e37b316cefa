import { lookup, Resolver } from 'node:dns/promises';
import { isLoopback } from '../protocol/ids.ts';

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name. @throws Error where there is none, or nobody says */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<readonly HostAddress[]>;

/** How long a name server has for its first answer; it is asked twice, and given up with the signal in any case. */
const PATIENCE = { timeout: 1500, tries: 2 };

/**
 * Asks the name servers of /etc/resolv.conf, and not the system's resolver: that one keeps one of the process's four threads
 * for as long as a name server is silent, so that four names of somebody whose name server never answers would keep everybody
 * waiting. So /etc/hosts counts for names of loopback only, which are nobody else's.
 * @param servers others than those, for tests
 */
export function createResolve(servers?: readonly string[]): Resolve {
  return async (hostname, signal) => {
    if (isLoopback(hostname)) return lookup(hostname, { all: true });
    const resolver = new Resolver(PATIENCE);
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await addressesOf(resolver, hostname);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** Many hosts have addresses of one family only: that the other was not found is no failure. */
async function addressesOf(resolver: Resolver, hostname: string): Promise<HostAddress[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
  return [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
}
