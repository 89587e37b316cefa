import type { Ports } from '../../src/agent/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Device } from './device.ts';

/** Ports that end as the worker does: the n-th call is never made, and nothing after it is heard of again. */
export interface Mortal {
  readonly ports: Partial<Ports>;
  /** Calls so far. */
  readonly calls: () => number;
  /** Resolves when it is dead. */
  readonly death: Promise<'dead'>;
}

export function mortal(device: Device, diesAt: number): Mortal {
  const { store, keys, fetch, cipher, prompt, sessions, clock } = device.ports;
  const { promise: death, resolve: die } = Promise.withResolvers<'dead'>();
  const { promise: never } = Promise.withResolvers<never>();
  let calls = 0;
  let isDead = false;

  const live = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    if (calls === diesAt) {
      isDead = true;
      die('dead');
    }
    if (isDead) return never;
    const result = await call();
    return isDead ? never : result;
  };

  const mortalFetch: Ports['fetch'] = (url, init) => live(() => fetch(url, init));
  return {
    death,
    calls: () => calls,
    ports: {
      store: {
        read: (tables, work) => live(() => store.read(tables, work)),
        write: (tables, work) => live(() => store.write(tables, work)),
      },
      keys: {
        get: (inbox) => live(() => keys.get(inbox)),
        put: (inbox, key) => live(() => keys.put(inbox, key)),
        delete: (inbox) => live(() => keys.delete(inbox)),
        hold: (approval, session) => live(() => keys.hold(approval, session)),
        held: (approval) => live(() => keys.held(approval)),
        release: (approval) => live(() => keys.release(approval)),
        forget: () => live(() => keys.forget()),
      },
      fetch: mortalFetch,
      cipher: {
        seal: (text, recipient) => live(() => cipher.seal(text, recipient)),
        open: (envelope, key) => live(() => cipher.open(envelope, key)),
      },
      prompt: { show: () => live(() => prompt.show()) },
      sessions: { read: (caller) => live(() => sessions.read(caller)) },
      transports: [createLetterboxTransport({ fetch: mortalFetch, clock, openSocket })],
    },
  };
}
