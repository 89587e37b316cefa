import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import type { Address, Name, Origin, PrivateKey } from '../../src/protocol/ids.ts';
import { verifyEs256k } from '../../src/protocol/jws.ts';
import { createMailCrypto } from '../../src/protocol/mail-crypto.ts';
import {
  openPointer,
  POINTER_LENGTH,
  sealPointer,
  type PointerCheck,
  type PointerClaims,
} from '../../src/protocol/pointer.ts';
import { alice, bob } from '../vectors/people.ts';
import { never, wasmCurve } from './curve.ts';
import { codeOf, vectors } from './support.ts';

interface Vector {
  name: string;
  pointer: string;
  sender: NonNullable<PointerCheck['sender']>;
}
interface Pointers {
  key: PrivateKey;
  to: Address;
  app: Origin;
  accepted: (Vector & { claims: PointerClaims })[];
  refused: (Vector & { code: string })[];
}
const { key, to, app, accepted, refused } = vectors<Pointers>('4-pointer');

const reference = { cipher: stacksCipher, verify: verifyEs256k };
const onWasm = createMailCrypto(async () => wasmCurve, never);
const open = ({ pointer, sender }: Vector, { cipher, verify } = reference) =>
  openPointer(pointer, key, cipher, { to, app, sender }, verify);

test.each(accepted)('opens: $name', async (vector) => {
  const { iss: _, ...claims } = vector.claims as PointerClaims & { iss: string };
  const opened = await open(vector);
  expect(opened).toMatchObject({ ...claims, from: alice.address, publicKey: alice.publicKey });
  expect(await open(vector, onWasm)).toEqual(opened);
});

test.each(refused)('$code: $name', async (vector) => {
  expect(await codeOf(() => open(vector))).toBe(vector.code);
  expect(await codeOf(() => open(vector, onWasm))).toBe(vector.code);
});

const claims = { ...(accepted[0]?.claims as PointerClaims & { iss?: string }), iss: undefined };
const seal = (change: Partial<PointerClaims>) =>
  sealPointer({ ...claims, ...change }, { sender: alice.privateKey, recipient: bob.publicKey }, stacksCipher);

test('every pointer is as long as every other', async () => {
  const longest = {
    name: 'n'.repeat(80) as Name,
    bucket: `https://${'h'.repeat(256 - 9 - alice.address.length - 1 - 5)}.io/${alice.address}/`.slice(
      0,
    ) as PointerClaims['bucket'],
    app: `https://${'a'.repeat(240)}.io` as Origin,
    size: Number.MAX_SAFE_INTEGER,
  };
  for (const change of [{}, longest]) {
    const pointer = await seal(change);
    expect(pointer).toHaveLength(POINTER_LENGTH);
  }
});

test('a pointer that cannot fit is refused, never cut', async () => {
  expect(await codeOf(() => seal({ app: `https://${'a'.repeat(1000)}.io` as Origin }))).toBe('too-large');
});

test('any change of a sealed pointer is refused', async () => {
  const pointer = accepted[0]?.pointer ?? '';
  const sender = accepted[0]?.sender as Vector['sender'];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(pointer.length - 1),
      fc.constantFrom(...Array.from('0aAfz/+"} ')),
      async (at, character) => {
        fc.pre(pointer[at] !== character);
        const changed = pointer.slice(0, at) + character + pointer.slice(at + 1);
        expect(await codeOf(() => open({ name: '', pointer: changed, sender }))).toMatch(
          /^(malformed|envelope-unreadable)$/,
        );
      },
    ),
    { numRuns: 100 },
  );
});
