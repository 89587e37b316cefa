import { HANDOFF_EVENT, HELLO_EVENT } from '../../src/protocol/page-wire.ts';

/**
 * Gives the port to the script in the MAIN world: at once, or when that one comes and asks. Synchronous, and once: who
 * takes the port cancels the event and lets it go no further.
 * @returns a function that ends the offer
 */
export function handOver(page: Window, port: MessagePort): () => void {
  let offered = true;

  function offer(): void {
    if (!offered) return;
    const event = new MessageEvent(HANDOFF_EVENT, { ports: [port], cancelable: true });
    if (!page.dispatchEvent(event)) withdraw();
  }

  function withdraw(): void {
    offered = false;
    page.removeEventListener(HELLO_EVENT, offer);
  }

  page.addEventListener(HELLO_EVENT, offer);
  offer();
  return withdraw;
}
