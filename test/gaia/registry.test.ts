import { describe, expect, onTestFinished, test } from 'vitest';
import { startRegistry } from '../../src/devnet/registry.ts';
import { readNameEntry } from '../../src/gaia/registry.ts';
import { parseName } from '../../src/protocol/ids.ts';
import { failure, sendJson, startRogue, web } from './world.ts';

const ALICE = parseName('alice.id.blockstack');
const BTC = parseName('alice.btc');
const OWNER = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7';
const STRANGER = 'SP000000000000000000002Q6VF78';
const PROFILE = 'https://gaia.example.com/hub/1J3PUxY5uDShUnHRrMyU6yKtoHEUPhKULs/profile.json';
const DOWN = 'http://127.0.0.1:1';

/** A registry of both kinds that knows what it was told. */
async function registry(...names: { name: string; address: string; zonefile: string }[]): Promise<string> {
  const started = await startRegistry();
  onTestFinished(started.stop);
  for (const record of names) started.register(record);
  return started.origin;
}

const v1 = (address: string) => ({ name: ALICE, address, zonefile: `_http._tcp URI 10 1 "${PROFILE}"` });
const v2 = (address: string) => ({ name: BTC, address, zonefile: JSON.stringify({ url: PROFILE }) });
const ask = (bns: string[], bnsv2: string[], name = ALICE) => readNameEntry(web, { bns, bnsv2 }, name);

describe('the kinds of names', () => {
  test('a name of BNS v1 is asked of its registries', async () => {
    const origin = await registry(v1(OWNER));
    expect(await ask([origin], [])).toEqual({ owner: OWNER, profileUrl: PROFILE });
  });

  test('a .btc name is asked of BNSv2, its owner and its zonefile', async () => {
    const origin = await registry(v2(OWNER));
    expect(await ask([], [origin], BTC)).toEqual({ owner: OWNER, profileUrl: PROFILE });
  });

  test('neither is asked about the other’s, nor where no registry has them', async () => {
    const { origin, seen } = await startRogue((_, response) => response.writeHead(404).end());
    const problem = 'no registry for such names';
    for (const asked of [ask([], [origin]), ask([origin], [], BTC)]) {
      expect(await failure(asked)).toMatchObject({ code: 'name-unproven', context: { problem } });
    }
    expect(seen).toEqual([]);
  });
});

describe('several registries', () => {
  test('the first that knows the name is believed, and no other is asked', async () => {
    const other = await startRogue((_, response) => response.end());
    expect(await ask([await registry(v1(OWNER)), other.origin], [])).toMatchObject({ owner: OWNER });
    expect(other.seen).toEqual([]);
  });

  test.each([
    ['does not know it', async () => registry()],
    ['is down', async () => DOWN],
    [
      'answers with something else',
      async () => (await startRogue((_, response) => response.end('x'))).origin,
    ],
  ])('one that %s passes it on', async (_, first) => {
    const second = await registry(v1(STRANGER));
    expect(await ask([await first(), second], [])).toMatchObject({ owner: STRANGER });
  });

  test('that a name is not there is believed once all have said so', async () => {
    const empty = await registry();
    expect(await failure(ask([empty, empty], []))).toMatchObject({ code: 'name-not-found' });
    expect(await failure(ask([DOWN, empty], []))).toMatchObject({ code: 'unreachable' });
    expect(await failure(ask([empty, DOWN], []))).toMatchObject({ code: 'unreachable' });
  });
});

describe('what BNSv2 says', () => {
  test.each([
    ['revoked', { owner: OWNER, revoked: true, is_valid: true }],
    ['run out', { owner: OWNER, revoked: false, is_valid: false }],
  ])('a name that is %s is not there', async (_, data) => {
    const { origin } = await startRogue((__, response) => sendJson(response, 200, { status: 'x', data }));
    expect(await failure(ask([], [origin], BTC))).toMatchObject({ code: 'name-not-found' });
  });

  test('a name without a zonefile has an owner and no profile', async () => {
    const { origin } = await startRogue((request, response) =>
      request.url === '/names/alice.btc'
        ? sendJson(response, 200, { data: { owner: OWNER } })
        : sendJson(response, 404, { error: 'No zonefile' }),
    );
    expect(await ask([], [origin], BTC)).toEqual({ owner: OWNER });
  });

  test('an owner in the zonefile is its writer’s word', async () => {
    const { origin } = await startRogue((request, response) =>
      request.url === '/names/alice.btc'
        ? sendJson(response, 200, { data: { owner: OWNER } })
        : sendJson(response, 200, { zonefile: { owner: STRANGER, url: PROFILE } }),
    );
    expect(await ask([], [origin], BTC)).toEqual({ owner: OWNER, profileUrl: PROFILE });
  });

  test.each([[{}], [{ data: null }], [{ data: { owner: 7 } }], [{ data: { owner: 'S'.repeat(65) } }]])(
    'malformed: %j',
    async (answer) => {
      const { origin } = await startRogue((_, response) => sendJson(response, 200, answer));
      expect(await failure(ask([], [origin], BTC))).toMatchObject({ code: 'malformed' });
    },
  );
});
