import ipaddr from 'ipaddr.js';

/**
 * True for addresses of the public Internet: not private, loopback, link-local (cloud metadata included), shared,
 * multicast or reserved, nor an IPv4 address dressed up as IPv6. docs/protocol.md#5
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';
}

export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
