import { decryptContent } from '@stacks/encryption';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digest, fromUtf8, utf8 } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import type { PrivateKey } from '../../src/protocol/ids.ts';
import {
  openMessage,
  parseContent,
  parseMessage,
  sealMessage,
  type Message,
} from '../../src/protocol/message.ts';
import { createMailCrypto } from '../../src/protocol/mail-crypto.ts';
import type { VerifiedPointer } from '../../src/protocol/pointer.ts';
import { parseJsonObject } from '../../src/protocol/json.ts';
import { bob } from '../vectors/people.ts';
import { never, wasmCurve } from './curve.ts';
import { codeOf, vectors } from './support.ts';

interface Vector {
  name: string;
  file: string;
  size: number;
  sha256: string;
}
interface Messages {
  key: PrivateKey;
  pointer: object;
  accepted: (Vector & { plaintext: Message })[];
  refused: (Vector & { code: string })[];
}
const { key, pointer, accepted, refused } = vectors<Messages>('3-message');

const open = ({ file, size, sha256 }: Vector, cipher = stacksCipher) =>
  openMessage(utf8(file), key, cipher, { ...pointer, size, sha256 } as VerifiedPointer);

const { cipher: onWasm } = createMailCrypto(async () => wasmCurve, never);

test.each(accepted)('opens: $name', async (vector) => {
  expect(await open(vector)).toEqual(vector.plaintext);
  expect(await open(vector, onWasm)).toEqual(vector.plaintext);
});

test.each(accepted)('stock decryptContent opens: $name', async ({ file, plaintext }) => {
  const text = await decryptContent(file, { privateKey: key });
  expect(JSON.parse(text as string)).toEqual(plaintext);
});

test.each(refused)('$code: $name', async (vector) => {
  expect(await codeOf(() => open(vector))).toBe(vector.code);
  expect(await codeOf(() => open(vector, onWasm))).toBe(vector.code);
});

test('what is sealed opens, and with stock decryptContent too', async () => {
  const message = accepted[0]?.plaintext as Message;
  const file = await sealMessage({ ...message, body: 'für Bob 🌱' }, bob.publicKey, stacksCipher);
  const described = { name: '', file: fromUtf8(file, 'x'), size: file.length, sha256: digest(file) };
  expect((await open(described)).body).toBe('für Bob 🌱');
  expect(await decryptContent(described.file, { privateKey: key })).toContain('für Bob 🌱');
});

test('nothing of the plaintext is in the file', async () => {
  const message = accepted[0]?.plaintext as Message;
  const text = fromUtf8(await sealMessage(message, bob.publicKey, stacksCipher), 'x');
  for (const secret of [message.id, message.body as string, message.from.address, 'text/plain']) {
    expect(text).not.toContain(secret);
  }
});

describe('property: the parser', () => {
  test('gives a message or malformed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (text) => {
        expect(await codeOf(() => parseMessage(parseJsonObject(text, 'message')))).toBe('malformed');
      }),
    );
  });

  test('keeps any JSON body as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const value = parseJsonObject(
          JSON.stringify({ type: 'application/json', fallback: 'x', body }),
          'message',
        );
        expect(JSON.stringify(parseContent(value).body)).toBe(JSON.stringify(body));
      }),
    );
  });
});
