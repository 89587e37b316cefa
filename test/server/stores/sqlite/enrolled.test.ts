import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  packEnrolled,
  unpackEnrolled,
  type Enrolled,
} from '../../../../src/server/stores/sqlite/enrolled.ts';
import { digestOf } from '../../../../src/server/stores/digest.ts';
import { storedRecord } from '../../../contracts/store/fixtures.ts';
import { createPerson } from '../../person.ts';

const person = fc.string().map((name) => createPerson(name));
const digest = fc.string().map(digestOf);
const number = fc.nat();
const perhaps = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const enrolled: fc.Arbitrary<Enrolled> = fc.record({
  id: number,
  generation: number,
  storedLimit: perhaps(number),
  policy: perhaps(fc.record({ seq: number, digest })),
  inbox: fc
    .tuple(
      person,
      fc.record({
        seq: number,
        exp: number,
        digest,
        unknown: fc.constantFrom('request', 'named', 'closed'),
        confirmed: perhaps(number),
        frozen: fc.boolean(),
      }),
    )
    .map(([whose, state]) => ({ ...storedRecord(whose), ...state })),
});

test('what is packed comes back', () => {
  fc.assert(
    fc.property(enrolled, (one) => {
      expect(unpackEnrolled(packEnrolled(one))).toEqual(one);
    }),
  );
});
