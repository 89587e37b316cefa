import type { Clock } from '../protocol/ports.ts';

/**
 * The time as each server sees it. An offset is learnt from a `token-time` problem and holds for that server only:
 * one that lies about the time makes no other server's tokens live longer. docs/protocol.md#5
 */
export interface ServerClock {
  /** Unix seconds. */
  now(server: string): number;
  /** Seconds by which it is ahead of ours. */
  offset(server: string): number;
  learn(server: string, now: number): void;
}

export function createServerClock(clock: Clock): ServerClock {
  const offsets = new Map<string, number>(); // seconds; lost with the process, and learnt again at the cost of one request
  const own = (): number => Math.floor(clock.now() / 1000);
  return {
    now: (server) => own() + (offsets.get(server) ?? 0),
    offset: (server) => offsets.get(server) ?? 0,
    learn: (server, now) => void offsets.set(server, now - own()),
  };
}
