import { SUCCESSOR_EVENT } from '../../src/protocol/page-wire.ts';
import { handOver } from './hand-over.ts';
import { createRelay } from './relay.ts';
import { extensionRuntime } from './runtime.ts';

/**
 * Runs in the isolated world at document_start, top frame, on origins that the person enabled. It carries calls and
 * answers and keeps nothing: who calls is for the background to say, by what the browser stamps.
 */
const PRESENT = Symbol.for('letterbox');
const world = globalThis as { [PRESENT]?: () => boolean };

if (world[PRESENT]?.() !== true) start();

function start(): void {
  window.dispatchEvent(new Event(SUCCESSOR_EVENT));
  const runtime = extensionRuntime(window);
  const { port1, port2 } = new MessageChannel();
  let ended = false;
  const withdraw = handOver(window, port2);
  createRelay(runtime, port1, () => {
    ended = true; // enabled again, the script may come back into this page
    withdraw();
  });
  world[PRESENT] = () => runtime.alive() && !ended;
}
