/** The two people of every devnet. */
export type PersonId = 'alice' | 'bob';

/** The names that people own where they are not those below: `bob.btc` is of BNSv2. */
export type OtherNames = Readonly<Partial<Record<PersonId, string>>>;

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

/** The people, by the names that they own in this world. */
export function peopleNamed(names: OtherNames): Person[] {
  return PEOPLE.map((person) => ({ ...person, name: names[person.id] ?? person.name }));
}

export function isPersonId(value: unknown): value is PersonId {
  return PEOPLE.some(({ id }) => id === value);
}
