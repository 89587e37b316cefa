import { describe, expect, test } from 'vitest';
import { toBase64url, utf8, type Digest } from '../../src/protocol/bytes.ts';
import { LIMITS } from '../../src/protocol/server-api.ts';
import type { RequestClaims } from '../../src/protocol/tokens.ts';
import { NO_RATES } from '../../src/server/rates.ts';
import { createHarness, problemOf, request, type Harness } from './harness.ts';
import { createPerson, deliveryId, pointer, START } from './person.ts';

/**
 * docs/protocol.md#5: shape, header, times, `aud`, `act`, address, `bh`, signature, enrolment, duplicate, policy,
 * rates, look-ups; the first that fails answers. Each step below is one way to fail; a request that fails a step and every
 * later one gets that step's answer.
 */

const alice = createPerson('alice');
const bob = createPerson('bob');

interface Sending {
  claims: Partial<RequestClaims>;
  body: Uint8Array;
  /** Done to the finished token. */
  spoil: (token: string) => string;
  /** Done to the world before, and after all of that. */
  world: ((harness: Harness) => unknown)[];
  last: ((harness: Harness) => unknown)[];
}

const body = (seed: string): Uint8Array =>
  utf8(JSON.stringify({ id: deliveryId('one'), pointer: pointer(seed) }));

const otherSignature = (token: string): string =>
  `${token.split('.').slice(0, 2).join('.')}.${toBase64url(new Uint8Array(64).fill(1))}`;
const otherHeader = (token: string): string =>
  [toBase64url(utf8('{"alg":"ES256K","typ":"letterbox-pointer+jwt"}')), ...token.split('.').slice(1)].join(
    '.',
  );

/** In the order of the page; each adds its failure to a sending. */
const STEPS: readonly (readonly [name: string, answer: string, fail: (sending: Sending) => void])[] = [
  ['size', '413 too-large', (sending) => (sending.body = new Uint8Array(LIMITS.messageBytes + 1).fill(0x20))],
  [
    'shape of the body',
    '400 malformed',
    (sending) => (sending.body = utf8('{"id":1}'.padEnd(sending.body.length))),
  ],
  ['shape of the token', '401 token-invalid', (sending) => spoil(sending, () => 'no.token')],
  ['header', '401 token-invalid', (sending) => spoil(sending, otherHeader)],
  [
    'times',
    '401 token-time',
    (sending) => Object.assign(sending.claims, { iat: START - 1000, exp: START - 900 }),
  ],
  ['aud', '403 token-audience', (sending) => Object.assign(sending.claims, { aud: 'https://other.example' })],
  ['act', '403 token-act', (sending) => Object.assign(sending.claims, { act: 'enrol' })],
  [
    'address',
    '403 token-address',
    (sending) => Object.assign(sending.claims, { to: alice.address, sub: bob.address }),
  ],
  [
    'bh',
    '403 token-body',
    (sending) => (sending.claims = { ...sending.claims, bh: toBase64url(new Uint8Array(32)) as Digest }),
  ],
  ['signature', '401 token-invalid', (sending) => spoil(sending, otherSignature)],
  [
    'enrolment',
    '403 recipient-refused',
    (sending) => Object.assign(sending.claims, { app: 'https://elsewhere.app' }),
  ],
  [
    'duplicate',
    '409 conflict',
    (sending) => sending.world.push((harness) => harness.send(alice, bob, 'one')),
  ],
  ['policy', '403 recipient-refused', (sending) => sending.world.push(blockAlice)],
  ['rates', '429 rate', (sending) => sending.last.push((harness) => harness.send(alice, bob, 'another'))],
  [
    'look-up of the recipient',
    '503 unavailable',
    (sending) =>
      sending.world.push(({ web, time }) => {
        web.put(`${bob.bucket}.well-known/letterbox.json`, new Error('down'));
        time.pass(86_400);
      }),
  ],
  [
    'look-up of the sender',
    '403 sender-unverified',
    (sending) => sending.world.push(({ web }) => web.put(`${alice.bucket}.well-known/letterbox.json`, 404)),
  ],
];

/** What fails earlier is done last, over what fails later. */
function spoil(sending: Sending, change: (token: string) => string): void {
  const { spoil: before } = sending;
  sending.spoil = (token) => before(change(token));
}

async function blockAlice({ ask }: Harness): Promise<void> {
  await ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [], blocked: [alice.address] });
}

/** A sending that fails exactly these steps. */
async function attempt(steps: typeof STEPS): Promise<string> {
  const harness = createHarness({ rates: { ...NO_RATES, perSender: 1 } });
  await harness.settle(bob);
  harness.web.publish(alice.bucket, alice.record());
  const sending: Sending = { claims: {}, body: body('other'), spoil: (token) => token, world: [], last: [] };
  for (const [, , fail] of steps) fail(sending);
  for (const change of [...sending.world, ...sending.last]) await change(harness);
  const now = harness.time.clock.now() / 1000;
  const token = alice.token('send', sending.body, { to: bob.address, now, ...sending.claims });
  const path = `/v1/inboxes/${bob.address}/messages`;
  const response = await harness.server.fetch(request('POST', path, sending.spoil(token), sending.body));
  expect(harness.failures).toEqual([]);
  return response.status === 201 ? '201' : problemOf(response);
}

test('a request that fails nothing is stored', async () => {
  expect(await attempt([])).toBe('201');
});

describe('the order of checks', () => {
  for (const [at, [name, answer]] of STEPS.entries()) {
    test(`${name} answers for itself`, async () => {
      expect(await attempt(STEPS.slice(at, at + 1))).toBe(answer);
    });

    const [next] = STEPS.slice(at + 1);
    if (next === undefined) continue;
    test(`${name} answers before ${next[0]}`, async () => {
      expect(await attempt(STEPS.slice(at, at + 2))).toBe(answer);
    });

    test(`${name} answers before all that follow`, async () => {
      expect(await attempt(STEPS.slice(at))).toBe(answer);
    });
  }
});
