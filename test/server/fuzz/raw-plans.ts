import fc from 'fast-check';
import type { Place } from './signed.ts';
import { sign } from './world.ts';

/** Bytes for a socket, in the order of their writing. */
export interface RawPlan {
  readonly kind: string;
  readonly writes: readonly (string | Uint8Array)[];
  /** How many requests these are, or begin. */
  readonly requests: number;
  /** What follows the last byte: the end of what we say, or that we are gone at once. */
  readonly ending: 'end' | 'cut';
}

const CRLF = '\r\n';
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** What is no HTTP, or no WebSocket, or too much of it, or in no order; good requests in between. */
export function rawPlans(place: Place): fc.Arbitrary<RawPlan> {
  return fc.oneof(
    pipelined(place),
    broken(place),
    largeHead(),
    cutBody(place),
    chunks(place),
    twoLengths(place),
    slow(place),
    badUpgrade(place),
    frames(place),
  );
}

const ending = fc.constantFrom<RawPlan['ending']>('end', 'cut');

function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: x', ...headers, '', ''].join(CRLF);
}

function messagesOf({ world }: Place): string {
  return `/v1/inboxes/${world.bob.address}/messages`;
}

/** Bob's own, to read with. */
function bearer({ world: { bob }, origin }: Place): string {
  const iat = Math.floor(Date.now() / 1000);
  const { address: sub, app, bucket } = bob;
  const claims = { sub, app, bucket, aud: origin, act: 'read', iat, exp: iat + 300 };
  return sign('letterbox-request+jwt', claims, bob);
}

function good(place: Place): fc.Arbitrary<string> {
  const post = `POST ${messagesOf(place)}`;
  const whole = [
    head('GET /healthz'),
    head('GET /v1/server'),
    head('OPTIONS /v1/server'),
    `${head(post, 'Content-Length: 2')}{}`,
    `${head(post, 'Transfer-Encoding: chunked')}2${CRLF}{}${CRLF}0${CRLF}${CRLF}`,
    head(`GET ${messagesOf(place)}?limit=3`, `Authorization: Bearer ${bearer(place)}`),
  ];
  return fc.constantFrom(...whole);
}

function junk(place: Place): fc.Arbitrary<string | Uint8Array> {
  const lines = fc.constantFrom(
    'GET',
    'GET /',
    'GET / HTTP/9.9',
    'PRI * HTTP/2.0',
    'GET http://a:b:c/ HTTP/1.1',
    'CONNECT a:1 HTTP/1.1',
  );
  const headers = fc.constantFrom(
    'Host: y',
    'Content-Length: -1',
    'Content-Length: 1, 2',
    'Expect: nothing',
    'A\0: b',
    ' folded',
    'Authorization: Bearer \u00FF',
  );
  return fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 400 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }).map((text) => `${text}${CRLF}${CRLF}`),
    lines.map((line) => `${line}${CRLF}Host: x${CRLF}${CRLF}`),
    headers.map((header) => head(`GET ${messagesOf(place)}`, header)),
  );
}

function pipelined(place: Place): fc.Arbitrary<RawPlan> {
  const several = fc.array(good(place), { minLength: 2, maxLength: 12 });
  const last = fc.option(junk(place), { nil: undefined });
  return fc.tuple(several, last, ending).map(([requests, end, after]) => ({
    kind: 'pipelined',
    requests: requests.length + (end === undefined ? 0 : 1),
    ending: after,
    writes: [requests.join(''), ...(end === undefined ? [] : [end])],
  }));
}

function broken(place: Place): fc.Arbitrary<RawPlan> {
  return fc.tuple(junk(place), ending).map(([bytes, after]) => one('broken', [bytes], after));
}

function largeHead(): fc.Arbitrary<RawPlan> {
  return fc.tuple(fc.nat({ max: 200_000 }), fc.boolean(), ending).map(([size, isMany, after]) => {
    const many = Array.from({ length: size / 10 }, (_, n) => `X-${n}: ${n}`);
    const headers = isMany ? many : [`X: ${'a'.repeat(size)}`];
    return one('large head', [head('GET /v1/server', ...headers)], after);
  });
}

function cutBody(place: Place): fc.Arbitrary<RawPlan> {
  const lengths = [fc.nat({ max: 40_000 }), fc.nat({ max: 20_000 })] as const;
  return fc.tuple(...lengths, ending).map(([announced, sent, after]) => {
    const post = head(`POST ${messagesOf(place)}`, `Content-Length: ${announced}`);
    return one('cut body', [post, 'x'.repeat(sent)], after);
  });
}

function chunks(place: Place): fc.Arbitrary<RawPlan> {
  const size = fc.oneof(
    fc.constantFrom('-1', 'ffffffffffffffff', '0x10', 'g', '', ' 1', '1;', `1;${'a'.repeat(20_000)}`),
    fc.stringMatching(/^[0-9a-f]{0,20}$/),
  );
  return fc.tuple(fc.array(size, { minLength: 1, maxLength: 5 }), ending).map(([sizes, after]) => {
    const post = head(`POST ${messagesOf(place)}`, 'Transfer-Encoding: chunked');
    return one('chunks', [post, ...sizes.map((given) => `${given}${CRLF}x${CRLF}`)], after);
  });
}

function twoLengths(place: Place): fc.Arbitrary<RawPlan> {
  const second = fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: xchunked',
    'Content-Length: 5',
  );
  return second.map((header) => {
    const post = head(`POST ${messagesOf(place)}`, 'Content-Length: 4', header);
    return { ...one('two lengths', [post, `0${CRLF}${CRLF}`, head('GET /healthz')], 'end'), requests: 2 };
  });
}

function slow(place: Place): fc.Arbitrary<RawPlan> {
  return fc.tuple(good(place), fc.integer({ min: 1, max: 40 })).map(([text, size]) => {
    const count = Math.ceil(text.length / size);
    const pieces = Array.from({ length: count }, (_, n) => text.slice(n * size, (n + 1) * size));
    return one('slow', pieces, 'end');
  });
}

function badUpgrade(place: Place): fc.Arbitrary<RawPlan> {
  const paths = fc.constantFrom('/v1/events', '/v1/events?x', '/', messagesOf(place));
  return fc
    .tuple(fc.subarray(UPGRADE), paths, junk(place))
    .map(([headers, path, after]) => one('bad upgrade', [head(`GET ${path}`, ...headers), after], 'end'));
}

function frames(place: Place): fc.Arbitrary<RawPlan> {
  const subscription = JSON.stringify({ type: 'subscribe', token: bearer(place) });
  const texts = fc.oneof(fc.json(), fc.constant(subscription));
  const frame = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    fc.tuple(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 120 })).map((given) => frameOf(...given)),
    texts.map((text) => frameOf(0x81, Buffer.from(text.slice(0, 65_000)))),
  );
  return fc
    .tuple(fc.array(frame, { minLength: 1, maxLength: 8 }), ending)
    .map(([sent, after]) => one('frames', [head('GET /v1/events', ...UPGRADE), ...sent], after));
}

/** RFC 6455 section 5.2, masked with zeros. */
function frameOf(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(first, ...size, 0, 0, 0, 0), payload]);
}

function one(kind: string, writes: RawPlan['writes'], after: RawPlan['ending']): RawPlan {
  return { kind, writes, requests: 1, ending: after };
}
