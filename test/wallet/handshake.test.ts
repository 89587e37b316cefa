import { makeAuthResponse } from '@stacks/auth';
import { getPublicKeyFromPrivate, publicKeyToBtcAddress } from '@stacks/encryption';
import { decodeToken, TokenSigner } from 'jsontokens';
import { describe, expect, test } from 'vitest';
import { deriveIdentity } from '../../src/devnet/wallet/identity.ts';
import { PEOPLE } from '../../src/devnet/wallet/people.ts';
import { answerAuthRequest } from '../../src/devnet/wallet/sign-in.ts';
import { parseSession } from '../../src/agent/session.ts';
import { allowLoopback, parseOrigin } from '../../src/protocol/ids.ts';
import { startHandshake, type Handshake } from '../../src/wallet/handshake.ts';
import { freshHub } from '../devnet/hub/hub-client.ts';
import { failure, random } from '../gaia/world.ts';

const APP = parseOrigin('https://postcard.example');
const IDENTITY = '55'.repeat(32);
const APP_KEY = '66'.repeat(32);
const clock = { now: Date.now };
const LOOPBACK = { [allowLoopback]: true } as const;

const start = (): Handshake => startHandshake({ app: APP, appName: 'Postcard', clock, random });

function claimsOf(token: string): Record<string, unknown> {
  return decodeToken(token).payload as unknown as Record<string, unknown>;
}

const transitKeyOf = ({ request }: Handshake): string =>
  (claimsOf(request)['public_keys'] as string[])[0] ?? '';

/** As a legacy wallet answers; what is `undefined` here is left to the wallet's own package. */
function answer(
  handshake: Handshake,
  {
    profile = {},
    hub = 'https://hub.example',
    key = APP_KEY,
    transit = transitKeyOf(handshake),
    expires = undefined as number | undefined,
  } = {},
): Promise<string> {
  return makeAuthResponse(IDENTITY, profile, null, null, key, expires, transit, hub, null, 'association');
}

describe('the request', () => {
  test('is for the app’s origin, says what it is for, and is over in a quarter of an hour', () => {
    const claims = claimsOf(start().request);
    expect(claims).toMatchObject({
      domain_name: APP,
      redirect_uri: `${APP}/`,
      scopes: ['store_write', 'publish_data'],
      appDetails: { name: 'Postcard' },
    });
    const left = Number(claims['exp']) - Date.now() / 1000;
    expect(left).toBeGreaterThan(14 * 60);
    expect(left).toBeLessThan(16 * 60);
  });

  test('has a transit key of its own each time, which is nowhere in it', () => {
    const [one, other] = [start(), start()];
    expect(transitKeyOf(one)).not.toBe(transitKeyOf(other));
    const fixed = startHandshake({
      app: APP,
      appName: 'x',
      clock,
      random: { bytes: (n) => new Uint8Array(n).fill(7) },
    });
    expect(JSON.stringify(claimsOf(fixed.request))).not.toContain('07'.repeat(32));
  });
});

describe('the answer', () => {
  test('of a wallet is the session that the app would have', async () => {
    const hub = await freshHub({ now: Date.now });
    const [alice] = PEOPLE;
    if (alice === undefined) throw new Error('nobody is there');
    const identity = await deriveIdentity(alice, hub.readPrefix);
    const handshake = start();
    const asked = { token: handshake.request, origin: APP, hubUrl: hub.origin };
    const session = await handshake.open(await answerAuthRequest(identity, asked));
    const { appPrivateKey, address, ...parsed } = parseSession(session, APP, LOOPBACK);
    expect(parsed).toMatchObject({ hubUrl: hub.origin, username: alice.name });
    expect(address).toBe(publicKeyToBtcAddress(getPublicKeyFromPrivate(appPrivateKey)));
    expect(session).toMatchObject({ profile: { apps: { [APP]: `${hub.readPrefix}${address}/` } } });
  });

  test('without a name or a profile is one without', async () => {
    const handshake = start();
    const session = await handshake.open(await answer(handshake));
    expect(parseSession(session, APP, {})).toEqual({
      appPrivateKey: APP_KEY,
      address: publicKeyToBtcAddress(getPublicKeyFromPrivate(APP_KEY)),
      hubUrl: 'https://hub.example',
      gaiaAssociationToken: 'association',
    });
  });
});

describe('what a page puts in its place', () => {
  test.each([
    ['nothing', undefined],
    ['no text', { response: 1 }],
    ['no token', 'x.y.z'],
    ['a token without end', `a.${'b'.repeat(300_000)}.c`],
  ])('%s is refused', async (_, response) => {
    expect(await failure(start().open(response))).toMatchObject({ code: 'session-refused' });
  });

  test('an answer to another request is refused: its key is not sealed for this one', async () => {
    expect(await failure(start().open(await answer(start())))).toMatchObject({ code: 'session-refused' });
  });

  test('a key in clear is refused: the page could have read it', async () => {
    const handshake = start();
    const claims = claimsOf(await answer(handshake));
    const clear = new TokenSigner('ES256K', IDENTITY).sign({ ...claims, private_key: APP_KEY });
    expect(await failure(handshake.open(clear))).toMatchObject({ code: 'session-refused' });
  });

  test('an answer that was changed is refused', async () => {
    const handshake = start();
    const [header = '', , signature = ''] = (await answer(handshake)).split('.');
    const changed = Buffer.from(
      JSON.stringify({ ...claimsOf(await answer(handshake)), hubUrl: 'https://evil.example' }),
    ).toString('base64url');
    expect(await failure(handshake.open(`${header}.${changed}.${signature}`))).toMatchObject({
      code: 'session-refused',
    });
  });

  test('an answer that has run out is refused', async () => {
    const handshake = start();
    const late = await answer(handshake, { expires: Date.now() - 60_000 });
    expect(await failure(handshake.open(late))).toMatchObject({ code: 'session-refused' });
  });

  test.each([
    ['a hub on a private address', { hub: 'https://10.0.0.1' }, 'session-refused'],
    ['the identity’s own key', { key: IDENTITY }, 'session-refused'],
    [
      'a bucket in the profile that the key does not open',
      { profile: { apps: { [APP]: 'https://hub.example/x/' } } },
      'session-refused',
    ],
  ] as const)('%s does not pass for a session', async (_, change, code) => {
    const handshake = start();
    const session = await handshake.open(await answer(handshake, change));
    expect(() => parseSession(session, APP, {})).toThrow(code);
  });
});
