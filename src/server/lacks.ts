import { allowLoopback } from '../protocol/ids.ts';
import type { ServerConfig } from './args.ts';

/**
 * What a server as it was started still lacks before strangers can use it, one sentence each.
 * @param copies that its store keeps, where that is on other machines: `--store-replicas` counts when it is made only
 */
export function lacksOf(config: ServerConfig, copies?: number): string[] {
  const { origin, registries, metricsToken, trustsProxies } = config;
  const isSecure = origin?.startsWith('https:') === true;
  return [
    ...(origin === undefined
      ? ['a public origin: say --origin https://letterbox.example, where agents will find this server']
      : []),
    ...(isSecure ? [] : ['https: agents use no other; let a proxy end TLS in front of this port']),
    ...(isSecure && !trustsProxies
      ? ['the callers’ networks: say --trusted-proxies, else all share the rate of one']
      : []),
    ...(registries.bns.length + registries.bnsv2.length === 0
      ? ['a name registry: without --registry and --btc-registry, senders that claim a name are refused']
      : []),
    ...(metricsToken === undefined ? ['a --metrics-token: everybody can read /metrics'] : []),
    ...(copies !== undefined && copies < 3
      ? [
          `copies: the store keeps ${copies}, not 3, and a node that is lost takes accepted mail along: back it up, and restore it with --store-replicas 3`,
        ]
      : []),
    ...(config[allowLoopback]
      ? ['safety: --allow-loopback is for development, it opens this machine to strangers’ look-ups']
      : []),
  ];
}
