import type { Bench } from '../bench.ts';
import { expectProblem, expectStatus } from '../expect.ts';
import { flipped, forge, highS } from '../forge.ts';
import type { Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

const HEADER = { alg: 'ES256K', typ: 'letterbox-request+jwt' };

/** A good token for counting, taken apart, for a check to put together wrongly. */
async function counting(bench: Bench) {
  const bob = await bench.enrolled();
  const claims = { iss: issuerOf(bench.token(bob, 'count')), ...bench.claims(bob, 'count') };
  const ask = (token: string) => bench.act(bob, 'count', { token });
  return {
    bob,
    claims,
    ask,
    sign: (header: object | string, payload: object | string = claims) => sign(bob, header, payload),
  };
}

function sign({ key }: Person, header: object | string, claims: object | string): string {
  return forge({ header, claims, key });
}

function issuerOf(token: string): unknown {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss: unknown }).iss;
}

/** Changes the last character to another that decodes to the same bytes where unused bits are not looked at. */
function withUnusedBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${token.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(token.slice(-1)) ^ 1)}`;
}

/** Each of these is a token that nobody may take. */
function refuses(
  id: string,
  says: string,
  make: (given: Awaited<ReturnType<typeof counting>>) => Record<string, string>,
) {
  return requirement(id, says, async (bench) => {
    const given = await counting(bench);
    for (const [what, token] of Object.entries(make(given))) {
      expectProblem(what, await given.ask(token), 'token-invalid');
    }
  });
}

/** docs/protocol.md#jws and #common, by way of request tokens */
export const JWS: readonly Requirement[] = [
  requirement(
    'jws.accepted',
    'takes a token whose header has its two members in any order and with white space',
    async (bench) => {
      const { ask, sign: put } = await counting(bench);
      const headers = {
        usual: HEADER,
        turned: { typ: HEADER.typ, alg: HEADER.alg },
        spaced: ' { "alg" : "ES256K",\n"typ":"letterbox-request+jwt" } ',
      };
      for (const [what, header] of Object.entries(headers)) expectStatus(what, await ask(put(header)), 200);
    },
  ),
  requirement('jws.unknown-claims', 'ignores claims that it does not know', async (bench) => {
    const { ask, sign: put, claims } = await counting(bench);
    expectStatus(
      'with a claim of the future',
      await ask(put(HEADER, { ...claims, future: { a: [1.5] } })),
      200,
    );
  }),
  refuses('jws.parts', 'refuses a token that has not exactly three parts', ({ sign: put }) => {
    const [header = '', payload = '', signature = ''] = put(HEADER).split('.');
    return {
      'two parts': `${header}.${payload}`,
      'four parts': `${header}.${payload}.${signature}.${signature}`,
      'one part': 'token',
      'three empty parts': '..',
    };
  }),
  refuses(
    'jws.header',
    'refuses a header that is not exactly alg ES256K and the typ of a request',
    ({ sign: put }) => ({
      'alg none': put({ ...HEADER, alg: 'none' }),
      'alg HS256': put({ ...HEADER, alg: 'HS256' }),
      'no alg': put({ typ: HEADER.typ }),
      'typ of a record': put({ ...HEADER, typ: 'letterbox-record+jwt' }),
      'typ of a pointer': put({ ...HEADER, typ: 'letterbox-pointer+jwt' }),
      'typ JWT': put({ ...HEADER, typ: 'JWT' }),
      'no typ': put({ alg: HEADER.alg }),
      kid: put({ ...HEADER, kid: '1' }),
      crit: put({ ...HEADER, crit: [] }),
      'alg twice': put('{"alg":"none","alg":"ES256K","typ":"letterbox-request+jwt"}'),
    }),
  ),
  refuses('jws.high-s', 'refuses a signature with a high s', ({ bob, claims }) => ({
    'high s': forge({ header: HEADER, claims, key: bob.key, spoil: highS }),
  })),
  refuses(
    'jws.signature',
    'refuses a signature that is not 64 bytes by the key in iss over the bytes received',
    ({ bob, claims, sign: put }) => {
      const [header = '', , signature = ''] = put(HEADER).split('.');
      const respelled = Buffer.from(JSON.stringify(claims, null, 1)).toString('base64url');
      return {
        'one bit flipped': forge({ header: HEADER, claims, key: bob.key, spoil: flipped }),
        '63 bytes': forge({ header: HEADER, claims, key: bob.key, spoil: (bytes) => bytes.slice(0, 63) }),
        '65 bytes': forge({
          header: HEADER,
          claims,
          key: bob.key,
          spoil: (bytes) => Uint8Array.of(...bytes, 0),
        }),
        zeros: forge({ header: HEADER, claims, key: bob.key, spoil: (bytes) => bytes.map(() => 0) }),
        'the same claims spelled otherwise': `${header}.${respelled}.${signature}`,
      };
    },
  ),
  refuses(
    'jws.base64url',
    'refuses base64url with padding, of another alphabet or with unused bits set',
    ({ sign: put }) => {
      const token = put(HEADER);
      const [header = '', payload = '', signature = ''] = token.split('.');
      return {
        padding: `${token}==`,
        'unused bits': withUnusedBits(token),
        'a character too many': `${token}A`,
        'base64 instead': `${header}.${payload}.${signature.slice(0, -4)}+/+/`,
      };
    },
  ),
  refuses(
    'jws.iss',
    'refuses an iss that is not 66 lower-case hex characters of a compressed key',
    ({ claims, sign: put }) => {
      const iss = String(claims.iss);
      return {
        'upper case': put(HEADER, { ...claims, iss: iss.toUpperCase() }),
        'no iss': put(HEADER, { ...claims, iss: undefined }),
        short: put(HEADER, { ...claims, iss: iss.slice(2) }),
        uncompressed: put(HEADER, { ...claims, iss: `04${iss.slice(2)}${iss.slice(2)}` }),
      };
    },
  ),
  refuses(
    'common.json',
    'refuses claims that are no JSON object or have a member twice',
    ({ claims, sign: put }) => {
      const text = JSON.stringify(claims);
      return {
        'a member twice': put(HEADER, text.replace('{', `{"act":"read",`)),
        'a member twice, once escaped': put(HEADER, text.replace('{', `{"\\u0061ct":"read",`)),
        'a list': put(HEADER, `[${text}]`),
        'no JSON': put(HEADER, text.slice(0, -1)),
      };
    },
  ),
  refuses(
    'common.integers',
    'refuses a time that is not written as a plain integer',
    ({ claims, sign: put }) => {
      const written = (iat: string): string =>
        put(HEADER, JSON.stringify(claims).replace(/"iat":\d+/, `"iat":${iat}`));
      return {
        fraction: written(`${claims.iat}.0`),
        exponent: written(`${claims.iat / 10}e1`),
        text: written(`"${claims.iat}"`),
        negative: written('-1'),
      };
    },
  ),
];
