import type { Runtime, RuntimePort } from '../../../extension/content/runtime.ts';
import type { Wake } from '../../../src/protocol/page-wire.ts';
import { FakeRuntimePort } from './fake-runtime-port.ts';

/** The extension's runtime as a content script sees it, and the background behind it. */
export class FakeRuntime implements Runtime {
  readonly ports: FakeRuntimePort[] = [];
  living = true;
  wake: (wake: Wake) => void = () => undefined;
  succeed: () => void = () => undefined;

  alive(): boolean {
    return this.living;
  }

  connect(): RuntimePort | undefined {
    if (!this.living) return undefined;
    const port = new FakeRuntimePort();
    this.ports.push(port);
    return port;
  }

  onWake(listener: (wake: Wake) => void): void {
    this.wake = listener;
  }

  onSuccessor(listener: () => void): void {
    this.succeed = listener;
  }

  /** The newest port. */
  get port(): FakeRuntimePort {
    const port = this.ports.at(-1);
    if (port === undefined) throw new Error('no port yet');
    return port;
  }
}
