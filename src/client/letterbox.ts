import { LetterboxError, errorFromWire } from '../protocol/errors.ts';
import type { Account, LetterboxApi, MessagePage, PageEvents, SentMessage } from '../protocol/page-api.ts';
import type { PageMethod } from '../protocol/page-wire.ts';
import type { Channel } from './channel.ts';
import { createListeners } from './listeners.ts';

/**
 * Milliseconds until a call that nobody answers fails with `unavailable`. `connect` and `send` have none: they may wait
 * for the person, and closing the window that asks them ends them.
 */
const TIMEOUTS: Readonly<Record<PageMethod, number | undefined>> = {
  connect: undefined,
  send: undefined,
  list: 30_000,
  markRead: 30_000,
};
const EVENTS: Readonly<Record<keyof PageEvents, true>> = { message: true, outbox: true, disconnect: true };

// Taken before the page's own scripts run, which may change what they find.
const { create, freeze } = Object;
const { stringify } = JSON;
const Pledge = Promise;
const later = globalThis.setTimeout;
const cancel = globalThis.clearTimeout;

interface OpenCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** The page API over a channel. docs/page-api.md */
export function createLetterbox(channel: Channel): LetterboxApi {
  const open = create(null) as Record<string, OpenCall>;
  const listeners = createListeners(EVENTS);
  const told = create(null) as Record<string, true>;
  let calls = 0;

  function call<Result>(method: PageMethod, argument: unknown): Promise<Result> {
    return new Pledge((resolve, reject) => {
      const args = stringify(argument) as string | undefined;
      const id = `${(calls += 1)}`;
      const posted = channel.post({ kind: 'call', id, method, ...(args === undefined ? {} : { args }) });
      if (!posted) throw new LetterboxError('disconnected', {});
      open[id] = {
        resolve,
        reject,
        timer: expiry(id, TIMEOUTS[method]),
      };
    });
  }

  function expiry(id: string, milliseconds: number | undefined): OpenCall['timer'] {
    if (milliseconds === undefined) return undefined;
    return later(() => close(id)?.reject(new LetterboxError('unavailable', {})), milliseconds);
  }

  function close(id: string): OpenCall | undefined {
    const found = open[id];
    delete open[id];
    if (found?.timer !== undefined) cancel(found.timer);
    return found;
  }

  channel.start((message) => {
    const { kind, id, ok, error, event, detail } = message as Record<string, string>;
    if (kind === 'result') close(`${id}`)?.resolve(ok);
    if (kind === 'error') close(`${id}`)?.reject(errorFromWire(error));
    if (kind === 'lost') lose();
    if (kind === 'event' && isNew(`${event}`, detail)) listeners.tell(`${event}`, detail);
  });

  /** The other end went away. */
  function lose(): void {
    for (const id in open) close(id)?.reject(new LetterboxError('disconnected', {}));
    later(() => listeners.tell('disconnect', { reason: 'extension' }), 0); // after what awaits a call has heard
  }

  /** A message is told again when the worker died while it told of it. */
  function isNew(event: string, detail: unknown): boolean {
    if (event !== 'message') return true;
    const { id, from } = detail as PageEvents['message'];
    const key = `${from.address} ${id}`;
    const known = told[key] === true;
    told[key] = true;
    return !known;
  }

  return freeze({
    version: 1,
    connect: (options) => call<Account>('connect', options),
    send: (message) => call<SentMessage>('send', message),
    list: (query) => call<MessagePage>('list', query),
    markRead: (messages) => call<void>('markRead', messages),
    on: (event, listener) => listeners.add(event, listener),
  } satisfies LetterboxApi);
}
