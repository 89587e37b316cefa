import { generateSecretKey } from '@stacks/wallet-sdk';
import { describe, expect, test } from 'vitest';
import { PEOPLE } from '../../src/devnet/wallet/people.ts';
import { accountOf, openSecretKey } from '../../src/wallet/secret-key.ts';

const WORDS = PEOPLE[0]?.secretKey ?? '';

describe('a Secret Key', () => {
  test.each([
    ['12 words', WORDS],
    ['12 words in capitals, on several lines', `  ${WORDS.toUpperCase().replaceAll(' ', '\n ')}\n`],
    ['24 words', generateSecretKey(256)],
  ])('of %s is opened', async (_, words) => {
    await expect(openSecretKey(words)).resolves.toBeDefined();
  });

  test.each([
    ['nothing', ''],
    ['11 words', WORDS.split(' ').slice(1).join(' ')],
    ['15 words', `${WORDS} abandon abandon abandon`],
    ['a mistyped word', WORDS.replace('about', 'abuot')],
    ['words in a wrong order', WORDS.replace('abandon about', 'about abandon')],
  ])('of %s is refused, and the words are not in the reason', async (_, words) => {
    const refusal: unknown = await openSecretKey(words).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'malformed', context: { what: 'Secret Key' } });
    expect(JSON.stringify(refusal)).not.toMatch(/abandon|abuot/);
  });

  test('has many accounts, each with an address of its own', async () => {
    const secretKey = await openSecretKey(WORDS);
    const owners = [0, 1, 2].map((index) => accountOf(secretKey, index).owner);
    expect(new Set(owners).size).toBe(3);
    expect(owners.every((owner) => owner.startsWith('SP'))).toBe(true);
  });
});
