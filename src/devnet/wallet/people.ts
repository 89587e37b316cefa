/** The two people of every devnet. */
export type PersonId = 'alice' | 'bob';

export interface Person {
  id: PersonId;
  /** As in their profile. */
  displayName: string;
  /** The name they own in the registry. */
  name: string;
  /**
   * TEST KEYS, PUBLISHED: the words are test vectors of BIP-39, known to everybody.
   * Whoever puts anything of value under them loses it.
   */
  secretKey: string;
}

export const PEOPLE: readonly Person[] = [
  {
    id: 'alice',
    displayName: 'Alice',
    name: 'alice.id.blockstack',
    secretKey:
      'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
  },
  {
    id: 'bob',
    displayName: 'Bob',
    name: 'bob.id.blockstack',
    secretKey: 'legal winner thank year wave sausage worth useful legal winner thank yellow',
  },
];

export function isPersonId(value: unknown): value is PersonId {
  return PEOPLE.some(({ id }) => id === value);
}
