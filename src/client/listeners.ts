import type { PageEvents } from '../protocol/page-api.ts';

type Listener = (detail: never) => void;

/** Who listens to what. Built on bare objects: a page that rewrote Array or Map changes nothing here. */
export interface Listeners {
  /** @returns a function that ends it. */
  add<Event extends keyof PageEvents>(
    event: Event,
    listener: (detail: PageEvents[Event]) => void,
  ): () => void;
  /** Tells all; one that throws is reported to the page, as of any listener, and keeps nobody else from hearing. */
  tell(event: string, detail: unknown): void;
}

const { create, freeze } = Object;
const soon = globalThis.queueMicrotask;

/** @param events the names there are; others are refused with a TypeError, as a typing error in the page */
export function createListeners(events: Readonly<Record<keyof PageEvents, true>>): Listeners {
  const byEvent = create(null) as Record<string, Record<number, Listener>>;
  for (const event in events) byEvent[event] = create(null) as Record<number, Listener>;
  let next = 0;

  return freeze({
    add(event: keyof PageEvents, listener: Listener) {
      const listeners = byEvent[event];
      if (listeners === undefined) throw new TypeError('letterbox has no event of that name');
      if (typeof listener !== 'function') throw new TypeError('the listener is not a function');
      const key = (next += 1);
      listeners[key] = listener;
      return () => {
        delete listeners[key];
      };
    },
    tell(event: string, detail: unknown) {
      const listeners = byEvent[event];
      for (const key in listeners) notify(listeners[Number(key)], detail);
    },
  });
}

function notify(listener: Listener | undefined, detail: unknown): void {
  try {
    listener?.(detail as never);
  } catch (error) {
    soon(() => {
      throw error;
    });
  }
}
