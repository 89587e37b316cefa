import ipaddr from 'ipaddr.js';

/** Whether a peer is a proxy of ours, whose word on its own peer counts. */
export type TrustedProxies = (address: string) => boolean;

type Cidr = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Reads a list like `127.0.0.1, 10.0.0.0/8, 2001:db8::/32`.
 * @throws Error for what is neither an address nor a range
 */
export function parseTrustedProxies(list: string): TrustedProxies {
  const ranges = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseRange);
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const ip = ipaddr.process(address);
    return ranges.some((range) => isWithin(ip, range));
  };
}

function parseRange(entry: string): Cidr {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (!ipaddr.isValid(entry)) throw new Error(`${entry} is neither an address nor a range like 10.0.0.0/8`);
  const ip = ipaddr.process(entry);
  return [ip, ip.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(ip: Cidr[0], [network, bits]: Cidr): boolean {
  return ip.kind() === network.kind() && ip.match([network, bits]);
}

/**
 * Where a request came from: the last address that none of our own proxies has. What stands before it in
 * X-Forwarded-For anybody could have written.
 */
export function callerAddress(
  peer: string,
  forwardedFor: string | undefined,
  isOurs: TrustedProxies,
): string {
  if (forwardedFor === undefined) return peer;
  let caller = peer;
  for (const entry of forwardedFor.split(',').toReversed()) {
    const address = withoutPort(entry.trim());
    if (!isOurs(caller) || !ipaddr.isValid(address)) break;
    caller = address;
  }
  return caller;
}

/** Some proxies write `192.0.2.7:4711` and `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return entry.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
}

/** The network of an address, the unit of a caller's rates: /24, or /48 of IPv6. docs/protocol.md#5 */
export function networkOf(address: string): string {
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = findNetwork(address);
  if (networks.size >= REMEMBERED) networks.clear();
  networks.set(address, network);
  return network;
}

/** Of the addresses that came last: each request asks, and a connection brings many. */
const networks = new Map<string, string>();
const REMEMBERED = 4096;

function findNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const ip = ipaddr.process(address);
  return ip
    .toByteArray()
    .slice(0, ip.kind() === 'ipv4' ? 3 : 6)
    .join('.');
}

const LOOPBACK = new Set(['127.0.0.1', '::1'].map(networkOf));

/** Whether a network, as `networkOf` says it, is this machine. */
export function isLoopbackNetwork(network: string): boolean {
  return LOOPBACK.has(network);
}
