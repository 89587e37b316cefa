import fc from 'fast-check';
import { utf8 } from '../../../src/protocol/bytes.ts';
import type { JwsType } from '../../../src/protocol/jws.ts';
import type { Act } from '../../../src/protocol/tokens.ts';
import { deliveryId, pointer, type Person } from '../person.ts';
import { authorization, bent, bytes, cursor, endpoint, method, path, query } from './generators.ts';
import { claimsOf, signed, type Place, type Plan } from './signed.ts';
import { sign, STRANGE } from './world.ts';

/** All kinds of requests: as they should be, somewhat bent, and nonsense; most of them with a good token. */
export function plans(place: Place): fc.Arbitrary<Plan> {
  return fc.oneof(
    { weight: 6, arbitrary: sends(place) },
    { weight: 4, arbitrary: owns(place) },
    { weight: 1, arbitrary: comingAndGoing(place) },
    { weight: 5, arbitrary: anyBody(place) },
    { weight: 4, arbitrary: anyClaims(place) },
    { weight: 1, arbitrary: anyRecord(place) },
    { weight: 4, arbitrary: anyRequest(place) },
    { weight: 1, arbitrary: anyCursor(place) },
  );
}

/** A good question whose token no other has. */
export function count(place: Place, number: number): Plan {
  const { bob } = place.world;
  const what = { kind: 'count', act: 'count', method: 'GET', path: '/count' } as const;
  return signed(place, { ...what, by: bob, inbox: bob, claims: { number } });
}

const seed = fc.nat({ max: 30_000 }).map(String);

/** Alice's to Bob, some of them once more, some with other bytes or a name; and those of whom anything is said anywhere. */
function sends(place: Place): fc.Arbitrary<Plan> {
  const { alice, bob, carol, hub } = place.world;
  const send = (by: Person, given: string, inside: string, claims: object = {}): Plan => {
    const body = utf8(JSON.stringify({ id: deliveryId(given), pointer: pointer(inside) }));
    const what = { kind: 'send', act: 'send', method: 'POST', path: '/messages' } as const;
    return signed(place, { ...what, by, inbox: bob, body, claims });
  };
  const strange = fc.tuple(seed, fc.nat({ max: 200 })).map(([given, n]) => {
    const bucket = `${hub}${STRANGE}${n}/${carol.address}/`;
    return send(carol, given, given, { bucket });
  });
  return fc.oneof(
    { weight: 8, arbitrary: seed.map((given) => send(alice, given, given)) },
    { weight: 1, arbitrary: fc.tuple(seed, seed).map(([given, inside]) => send(alice, given, inside)) },
    { weight: 1, arbitrary: seed.map((given) => send(alice, given, given, { name: 'alice.id' })) },
    { weight: 1, arbitrary: strange },
  );
}

/** Bob's, as they should be. */
function owns(place: Place): fc.Arbitrary<Plan> {
  const { alice } = place.world;
  const items = fc.array(seed, { maxLength: 30 }).map((seeds) => ({
    items: seeds.map((given) => ({ from: alice.address, id: deliveryId(given) })),
  }));
  const page = fc.record({
    limit: fc.integer({ min: 1, max: 20 }),
    filter: fc.constantFrom('', '&unread=1'),
    at: fc.nat({ max: 2000 }),
  });
  return fc.oneof(
    page.map(({ limit, filter, at }) => {
      const after = Buffer.from(`${place.epoch}.2.${at}`).toString('base64url');
      return own(place, 'read', 'GET', `/messages?limit=${limit}${filter}&after=${after}`);
    }),
    fc.nat().map((number) => count(place, number)),
    items.map((body) => own(place, 'ack', 'POST', '/acks', body)),
    items.map((body) => own(place, 'delete', 'POST', '/deletions', body)),
  );
}

function own(place: Place, act: Act, verb: string, rest: string, body?: object): Plan {
  const { bob } = place.world;
  const bodyBytes = body && utf8(JSON.stringify(body));
  return signed(place, { kind: 'own', by: bob, inbox: bob, act, method: verb, path: rest, body: bodyBytes });
}

function comingAndGoing(place: Place): fc.Arbitrary<Plan> {
  const { carol } = place.world;
  const what = { by: carol, inbox: carol, path: '' } as const;
  const body = place.world.record(carol);
  return fc.oneof(
    fc.constant(signed(place, { ...what, kind: 'enrol', act: 'enrol', method: 'PUT', body })),
    seed.map((given) => {
      const claims = { jti: deliveryId(given) };
      return signed(place, { ...what, kind: 'leave', act: 'leave', method: 'DELETE', claims });
    }),
  );
}

/** The token is good for it. */
function anyBody(place: Place): fc.Arbitrary<Plan> {
  const { dora } = place.world;
  const junk = fc.oneof(bytes, fc.json().map(utf8));
  const whole = (object: object) => bent(object).map((given) => utf8(JSON.stringify(given)));
  return fc.tuple(endpoint, fc.boolean()).chain(([[act, verb, rest, body], isJunk]) =>
    (isJunk ? junk : whole(body ?? {})).map((given) => {
      const hasBody = verb !== 'GET' && verb !== 'DELETE';
      const what = { kind: 'any body', by: dora, inbox: dora, act, method: verb, path: rest };
      return signed(place, { ...what, body: hasBody ? given : undefined });
    }),
  );
}

/** The signature is good, or not quite. */
function anyClaims(place: Place): fc.Arbitrary<Plan> {
  const { alice, bob } = place.world;
  const types = fc.constantFrom<JwsType>(
    'letterbox-request+jwt',
    'letterbox-record+jwt',
    'letterbox-pointer+jwt',
  );
  return fc.tuple(endpoint, types, fc.nat({ max: 5 })).chain(([[act, verb, rest, whole], type, cut]) => {
    const body = verb === 'GET' || whole === undefined ? undefined : utf8(JSON.stringify(whole));
    const inbox = act === 'send' ? bob : alice;
    const intent = { kind: 'any claims', by: alice, inbox, act, method: verb, path: rest, body };
    const names = Object.keys(claimsOf(place, intent, 0));
    return bent(Object.fromEntries(names.map((name) => [name, undefined]))).map((changes) => ({
      ...signed(place, intent),
      authorization: (now: number) => {
        const token = sign(type, { ...claimsOf(place, intent, now), ...definedIn(changes) }, alice);
        return `Bearer ${token.slice(0, token.length - cut)}`;
      },
    }));
  });
}

function definedIn(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, given]) => given !== undefined));
}

/** Signed by its owner. */
function anyRecord(place: Place): fc.Arbitrary<Plan> {
  const { dora } = place.world;
  const { address, bucket, app } = dora;
  return bent({ address, bucket, app, servers: [], accept: {}, seq: 1, iat: 1, exp: 2 }).map((claims) => {
    const token = sign('letterbox-record+jwt', claims, dora);
    const body = utf8(JSON.stringify({ version: 1, token }));
    const what = { kind: 'any record', act: 'enrol', method: 'PUT', path: '' } as const;
    return signed(place, { ...what, by: dora, inbox: dora, body });
  });
}

function anyRequest({ world }: Place): fc.Arbitrary<Plan> {
  return fc
    .record({ verb: method, path: path(world.bob.address), query, given: authorization, body: bytes })
    .map(({ verb, given, body, ...place }) => ({
      kind: 'any request',
      method: verb,
      path: `${place.path}?${place.query}`,
      authorization: () => given,
      ...(['GET', 'HEAD', 'OPTIONS'].includes(verb) ? {} : { body }),
    }));
}

function anyCursor(place: Place): fc.Arbitrary<Plan> {
  return cursor(place.epoch, 'x').map((given) =>
    own(place, 'read', 'GET', `/messages?limit=5&after=${encodeURIComponent(given)}`),
  );
}
