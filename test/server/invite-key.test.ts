import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInviteKey } from '../../src/server/invite-key.ts';
import { random } from './harness.ts';

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'letterbox-key-'));
});

afterEach(() => {
  rmSync(data, { recursive: true });
});

test('a key is made once, for its owner’s eyes only', () => {
  const key = readInviteKey(data, random);
  expect(key).toHaveLength(32);
  expect(readInviteKey(data, random)).toEqual(key);
  expect(statSync(join(data, 'invite.key')).mode & 0o777).toBe(0o600);
});

test('who finds that another made one meanwhile takes that one, and leaves nothing behind', () => {
  let theirs: Uint8Array | undefined;
  const slow = {
    bytes(length: number) {
      theirs ??= readInviteKey(data, random);
      return random.bytes(length);
    },
  };
  expect(readInviteKey(data, slow)).toEqual(theirs);
  expect(readdirSync(data)).toEqual(['invite.key']);
});

test('what is no key is told, not replaced', () => {
  writeFileSync(join(data, 'invite.key'), 'nonsense');
  expect(() => readInviteKey(data, random)).toThrow('is no key');
});
