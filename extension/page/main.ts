import { createLetterbox } from '../../src/client/letterbox.ts';
import { announceProvider } from '../../src/client/provider.ts';
import { createBridge } from './bridge.ts';
import { install } from './install.ts';
import { providerInfo } from './provider-info.ts';

/**
 * Runs in the page's own world at document_start, on origins that the person enabled. Holds nothing secret. Injected
 * again (the extension was updated), it leaves the first one in its place, which takes the new port.
 */
const PRESENT = Symbol.for('letterbox.page');

if (!Object.hasOwn(window, PRESENT)) {
  Object.defineProperty(window, PRESENT, { value: true });
  start();
}

function start(): void {
  const bridge = createBridge(window);
  const letterbox = createLetterbox(bridge);
  let announced = false;

  bridge.onPort(() => {
    if (announced) return;
    announced = true;
    install(window, letterbox);
    announceProvider(window, Object.freeze({ info: providerInfo(), provider: letterbox }));
  });
}
