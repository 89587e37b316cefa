import { utf8 } from '../../protocol/bytes.ts';
import type { Origin } from '../../protocol/ids.ts';
import { RECORD_MAX_BYTES, type RecordClaims } from '../../protocol/record.ts';
import type { Bench } from '../bench.ts';
import { expectProblem, expectStatus } from '../expect.ts';
import { flipped, forge, highS } from '../forge.ts';
import { recordClaims, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

const HEADER = { alg: 'ES256K', typ: 'letterbox-record+jwt' };
const DAY = 86_400;

const wrap = (token: string): Uint8Array => utf8(JSON.stringify({ version: 1, token }));
const enrol = (bench: Bench, person: Person, body: Uint8Array) => bench.act(person, 'enrol', { body });

/** A record with these claims instead, of any type; undefined takes one away. */
function forged(
  bench: Bench,
  person: Person,
  claims: Record<string, unknown>,
  over: Partial<Parameters<typeof forge>[0]> = {},
) {
  const usual = recordClaims(person, { aud: bench.target.origin, now: bench.now() });
  const iss = JSON.parse(
    Buffer.from(bench.token(person, 'read').split('.')[1] ?? '', 'base64url').toString(),
  ) as { iss: string };
  return wrap(
    forge({ header: HEADER, key: person.key, claims: { iss: iss.iss, ...usual, ...claims }, ...over }),
  );
}

async function refuses(bench: Bench, cases: Record<string, (bob: Person, carol: Person) => Uint8Array>) {
  const [bob, carol] = [await bench.person(), await bench.person()];
  for (const [what, make] of Object.entries(cases)) {
    expectProblem(what, await enrol(bench, bob, make(bob, carol)), 'malformed', 'token-address');
  }
}

/** docs/protocol.md#2: the record, as it is handed in to enrol */
export const RECORD: readonly Requirement[] = [
  requirement(
    '2.enrol',
    'takes a record that lists it, with members and server types of the future',
    async (bench) => {
      const servers = [
        { type: 'future', url: 1 },
        { type: 'letterbox', url: bench.target.origin, future: true },
      ];
      const [bob, carol] = [await bench.person(), await bench.person()];
      expectStatus('a record', await enrol(bench, bob, bench.record(bob)), 204);
      expectStatus(
        'with more',
        await enrol(bench, carol, forged(bench, carol, { servers, future: {} })),
        204,
      );
    },
  ),
  requirement('2.size', 'takes a record file of 16 KiB, and none that is larger', async (bench) => {
    const bob = await bench.person();
    const padded = (size: number) => utf8(Buffer.from(bench.record(bob)).toString().padEnd(size, ' '));
    expectStatus('16 KiB', await enrol(bench, bob, padded(RECORD_MAX_BYTES)), 204);
    expectProblem('a byte more', await enrol(bench, bob, padded(RECORD_MAX_BYTES + 1)), 'too-large');
  }),
  requirement('2.form', 'refuses a file of another version or form', async (bench) => {
    const token = (bob: Person): unknown =>
      (JSON.parse(Buffer.from(bench.record(bob)).toString()) as { token: string }).token;
    const file = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
    await refuses(bench, {
      'version 2': (bob) => file({ version: 2, token: token(bob) }),
      'no version': (bob) => file({ token: token(bob) }),
      'no token': () => file({ version: 1 }),
      'the token alone': (bob) => file(token(bob)),
      'no JSON': () => utf8('{'),
      nothing: () => new Uint8Array(),
    });
  }),
  requirement('2.mandatory', 'refuses a record without one of its mandatory claims', async (bench) => {
    const claims = ['iss', 'address', 'bucket', 'app', 'servers', 'accept', 'seq', 'iat', 'exp'];
    const cases = claims.map(
      (claim) => [`without ${claim}`, (bob: Person) => forged(bench, bob, { [claim]: undefined })] as const,
    );
    await refuses(bench, {
      ...Object.fromEntries(cases),
      'accept without maxBytes': (bob) => forged(bench, bob, { accept: { unknown: 'request' } }),
      'accept of another kind': (bob) =>
        forged(bench, bob, { accept: { maxBytes: 1000, unknown: 'sometimes' } }),
      'seq as a fraction': (bob) => forged(bench, bob, { seq: 1.5 }),
      'a name of other characters': (bob) => forged(bench, bob, { name: 'Bob!' }),
    });
  }),
  requirement(
    '2.signature',
    'refuses a record that its own key did not sign in the one form',
    async (bench) => {
      await refuses(bench, {
        'another’s signature': (bob, carol) => forged(bench, bob, {}, { key: carol.key }),
        'one bit flipped': (bob) => forged(bench, bob, {}, { spoil: flipped }),
        'a high s': (bob) => forged(bench, bob, {}, { spoil: highS }),
        'typ of a request': (bob) =>
          forged(bench, bob, {}, { header: { ...HEADER, typ: 'letterbox-request+jwt' } }),
        'one more header': (bob) => forged(bench, bob, {}, { header: { ...HEADER, crit: [] } }),
      });
    },
  ),
  requirement(
    '2.key',
    'refuses a record whose key, address and bucket do not belong together',
    async (bench) => {
      await refuses(bench, {
        'another’s record': (_bob, carol) => bench.record(carol),
        'another’s address': (bob, carol) => bench.record(bob, { address: carol.address }),
        'another’s bucket': (bob, carol) => bench.record(bob, { bucket: carol.bucket }),
      });
    },
  ),
  requirement('2.times', 'refuses a record outside of its times', async (bench) => {
    const now = bench.now();
    const cases: Record<string, Partial<RecordClaims>> = {
      expired: { iat: now - 2 * DAY, exp: now - DAY },
      'exp equal to iat': { iat: now + 300, exp: now + 300 },
      'longer than 100 days': { iat: now, exp: now + 100 * DAY + 1 },
      'iat more than 600 s ahead': { iat: now + 620, exp: now + DAY },
      'seq more than 600 s ahead': { seq: (now + 620) * 1000 },
    };
    await refuses(
      bench,
      Object.fromEntries(
        Object.entries(cases).map(([what, claims]) => [what, (bob) => bench.record(bob, claims)]),
      ),
    );
    const bob = await bench.person();
    const edge = { iat: now + 580, exp: now + 580 + 100 * DAY, seq: (now + 580) * 1000 };
    expectStatus('100 days, 580 s ahead', await enrol(bench, bob, bench.record(bob, edge)), 204);
  }),
  requirement('2.servers', 'refuses a record that does not list it', async (bench) => {
    const listing = (servers: readonly object[]) => (bob: Person) => forged(bench, bob, { servers });
    const { origin } = bench.target;
    await refuses(bench, {
      nowhere: listing([]),
      elsewhere: listing([{ type: 'letterbox', url: 'https://elsewhere.example' as Origin }]),
      'as a server of another type': listing([{ type: 'radiks', url: origin }]),
      'with a slash': listing([{ type: 'letterbox', url: `${origin}/` }]),
    });
  }),
  requirement(
    '2.seq',
    'goes by seq: higher is taken, the same token again too, lower or equal with another token not',
    async (bench) => {
      const bob = await bench.person();
      const seq = bench.now() * 1000;
      const file = bench.record(bob, { seq });
      expectStatus('the first', await enrol(bench, bob, file), 204);
      expectStatus('the same again', await enrol(bench, bob, file), 204);
      expectStatus(
        'the same token in another file',
        await enrol(bench, bob, utf8(`${Buffer.from(file).toString()}\n`)),
        204,
      );
      const other = bench.record(bob, { seq, accept: { maxBytes: 1000, unknown: 'closed' } });
      expectProblem('equal, with another token', await enrol(bench, bob, other), 'seq');
      expectProblem('lower', await enrol(bench, bob, bench.record(bob, { seq: seq - 1 })), 'seq');
      expectStatus('higher', await enrol(bench, bob, bench.record(bob, { seq: seq + 1 })), 204);
      expectProblem('the first again', await enrol(bench, bob, file), 'seq');
    },
  ),
];
