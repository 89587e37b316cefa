import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { until } from '../../scripts/journey/wait.ts';
import { readToken } from '../../scripts/journey/witness.ts';
import type { Area } from '../frame/area.ts';
import { openBob, openPlace, type Bob, type Place } from './bob.ts';
import { acceptSender, postLetter, writeLetters, type Letter } from './letters.ts';
import { leaveWaiting } from './waiting.ts';
import { inBrowser, type BrowserName } from './workbench.ts';

const ROUNDS = 15;
const WARM_UPS = 3;
/** There and back so often, of which one time is the average. */
const ECHOES = 50;

/**
 * From the server's hint on the open socket to the number on the badge, that is with the letter fetched and opened:
 * against a message there and back on a bare socket of the same worker's. A second socket, this process's, hears when the
 * server hints.
 */
export function hintToBadge(browser: BrowserName): Area {
  return {
    rounds: ROUNDS,
    warmUps: WARM_UPS,
    async open() {
      const place = await openPlace();
      const bob = await openBob(place.world, browser);
      const letters = await writeLetters(place, bob.session, ROUNDS + WARM_UPS);
      await acceptSender(bob);
      await leaveWaiting(place, bob.session, []);
      await bob.browser.killWorker(); // the next one has no reason to keep its distance from the server
      await listens(bob);
      const echo = await startEcho();
      const witness = await listenToo(place, bob);
      return {
        async round(index) {
          const value = await delay({ place, bob, witness }, letters[index] as Letter, index + 1);
          const peer = (await bob.run({ job: 'echo', url: echo.url, times: ECHOES })) / ECHOES;
          const against = { name: 'bare socket, there and back', value: peer };
          return [{ name: `extension/hint-to-badge${inBrowser(browser)}`, value, unit: 'ms', against }];
        },
        async close() {
          witness.close();
          echo.stop();
          await bob.close();
          await place.close();
        },
      };
    },
  };
}

/** Bob's worker is connected again after the server was away, and has nothing left to do. */
async function listens(bob: Bob): Promise<void> {
  await until('the socket is open', async () => {
    const { apps, sync } = await bob.owner('overview');
    return sync.state === 'fine' && apps[0]?.servers.some(({ live }) => live);
  });
}

async function delay(
  { place, bob, witness }: { place: Place; bob: Bob; witness: WebSocket },
  letter: Letter,
  badge: number,
): Promise<number> {
  const hinted = hintAt(witness);
  const shown = bob.badgeShows(String(badge));
  await postLetter(place.world, bob.session, letter);
  return (await shown) - (await hinted);
}

/** Unix milliseconds. */
async function hintAt(witness: WebSocket): Promise<number> {
  for (;;) {
    const [data] = (await once(witness, 'message')) as [Buffer];
    if ((JSON.parse(data.toString()) as { type: string }).type === 'hint')
      return performance.timeOrigin + performance.now();
  }
}

async function listenToo({ world }: Place, { session }: Bob): Promise<WebSocket> {
  const socket = new WebSocket(`${world.server.replace('http', 'ws')}/v1/events`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', token: readToken(world.server, session) }));
  await once(socket, 'message');
  return socket;
}

async function startEcho(): Promise<{ url: string; stop(): void }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      socket.send(data);
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${String(port)}`, stop: () => server.close() };
}
