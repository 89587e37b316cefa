import type { PageCall } from '../protocol/page-wire.ts';

/** What carries calls to the extension and answers back: a MessagePort in a page, anything else in a test. */
export interface Channel {
  /** False where there is no other end at present. */
  post(call: PageCall): boolean;
  /** Called once; `receive` takes every message of the other end, as it came. */
  start(receive: (message: unknown) => void): void;
}
