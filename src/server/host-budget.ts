import { LetterboxError } from '../protocol/errors.ts';
import { isLoopback } from '../protocol/ids.ts';
import type { Clock } from '../protocol/ports.ts';

export interface HostLimits {
  /** Requests to one host at the same time. */
  readonly atOnce: number;
  readonly perMinute: number;
}

/** How hard one host may be pressed on strangers' word. docs/protocol.md#5 */
export interface HostBudget {
  /**
   * Takes a place; the returned function gives it back, once.
   * @throws LetterboxError `lookup-busy`
   */
  take(host: string): () => void;
}

interface HostUse {
  running: number;
  /** When the requests of the last minute began, oldest first. Unix milliseconds. */
  begun: number[];
}

/** A host is a host whatever its port; on loopback, where one machine plays many, each port is its own. */
export function hostOf(url: URL): string {
  return isLoopback(url.hostname) ? url.host : url.hostname;
}

const MINUTE_MS = 60_000;
const SWEEP_ABOVE = 1000;

export function createHostBudget({ atOnce, perMinute }: HostLimits, clock: Clock): HostBudget {
  const hosts = new Map<string, HostUse>();

  function currently(host: string, now: number): HostUse {
    if (hosts.size > SWEEP_ABOVE) sweep(hosts, now);
    const use = hosts.get(host) ?? { running: 0, begun: [] };
    use.begun = recent(use, now);
    hosts.set(host, use);
    return use;
  }

  return {
    take(host) {
      const now = clock.now();
      const use = currently(host, now);
      if (use.running >= atOnce) throw new LetterboxError('lookup-busy', { after: 1 });
      if (use.begun.length >= perMinute) {
        const [oldest = now] = use.begun;
        throw new LetterboxError('lookup-busy', { after: Math.ceil((oldest + MINUTE_MS - now) / 1000) });
      }
      use.begun.push(now);
      use.running += 1;
      let taken = true;
      return () => {
        if (taken) use.running -= 1;
        taken = false;
      };
    },
  };
}

function recent({ begun }: HostUse, now: number): number[] {
  return begun.filter((at) => at <= now && now - at < MINUTE_MS); // a clock set back locks nobody out
}

function sweep(hosts: Map<string, HostUse>, now: number): void {
  for (const [host, use] of hosts) {
    if (use.running === 0 && recent(use, now).length === 0) hosts.delete(host);
  }
}
