import type { Runtime } from 'webextension-polyfill';
import { CHANGED } from '../../src/agent/owner-wire.ts';

/** The views that are open, told that something they show is different. */
export interface Changes {
  add(port: Runtime.Port): void;
  tell(): void;
}

export function createChanges(): Changes {
  const ports = new Set<Runtime.Port>();
  return {
    add(port) {
      ports.add(port);
      port.onDisconnect.addListener(() => ports.delete(port));
    },
    tell() {
      for (const port of ports) port.postMessage(CHANGED);
    },
  };
}
