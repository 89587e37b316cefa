import type { Tab } from '../../scripts/journey/tab.ts';
import type { LetterboxApi, PageMessage } from '../../src/protocol/page-api.ts';

interface World {
  letterbox?: LetterboxApi;
  arrived?: Promise<{ at: number; message: PageMessage }>;
}

/** When a letter went, and when its page heard that the recipient's server has it. Moments as in bare.ts. */
export interface Sent {
  readonly asked: number;
  readonly accepted: number;
}

/** Sends from the page's own code, and waits for its own events. */
export function sendFrom(page: Tab, to: string, body: string): Promise<Sent> {
  return page.evaluate(
    async (letter) => {
      const api = (window as World).letterbox;
      if (api === undefined) throw new Error('there is no Letterbox here');
      const now = (): number => performance.timeOrigin + performance.now();
      const accepted = new Map<string, number>();
      const { promise, resolve } = Promise.withResolvers<number>();
      let id = '';
      const settle = (): void => {
        const at = accepted.get(id);
        if (at !== undefined) resolve(at);
      };
      const off = api.on('outbox', (event) => {
        if (event.state === 'accepted') accepted.set(event.id, now());
        settle();
      });
      const asked = now();
      ({ id } = await api.send(letter));
      settle();
      const at = await promise;
      off();
      return { asked, accepted: at };
    },
    { to, body },
  );
}

/** From now on the page notes when this letter comes. */
export function expectIn(page: Tab, body: string): Promise<void> {
  return page.evaluate((text) => {
    const world = window as World;
    world.arrived = new Promise((resolve) => {
      const off = world.letterbox?.on('message', (message) => {
        if (message.body !== text) return;
        off?.();
        resolve({ at: performance.timeOrigin + performance.now(), message });
      });
    });
  }, body);
}

/** The letter that was expected, and when it came. */
export async function arrivedIn(page: Tab): Promise<{ at: number; message: PageMessage }> {
  const arrived = await page.evaluate(() => (window as World).arrived);
  if (arrived === undefined) throw new Error('nothing was expected');
  return arrived;
}

export function markReadIn(page: Tab, { from, id }: PageMessage): Promise<void> {
  return page.evaluate((key) => (window as World).letterbox?.markRead([key]), { from: from.address, id });
}
