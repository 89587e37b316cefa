import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import secp256k1 from 'secp256k1';
import { createHash } from 'node:crypto';
import { fromHex, toBase64url, utf8 } from '../../../src/protocol/bytes.ts';
import { publicKeyOf, type Origin } from '../../../src/protocol/ids.ts';
import type { JwsType } from '../../../src/protocol/jws.ts';
import { RECORD_PATH } from '../../../src/protocol/record.ts';
import { createPerson, type Person } from '../person.ts';

/** Who the fuzzer speaks for, and where their records are. */
export interface World {
  readonly hub: string;
  /** Alice writes to Bob, whose inbox nobody spoils. */
  readonly alice: Person;
  readonly bob: Person;
  /** Carol comes and goes. */
  readonly carol: Person;
  /** Dora's inbox is what own requests, policies and records are tried on. */
  readonly dora: Person;
  /** A record that lists the server, as it lies at the person's hub. */
  record(person: Person): Uint8Array;
  close(): void;
}

/** Below it a hub keeps, at each path, something else. */
export const STRANGE = 'strange/';
const DAYS_90 = 90 * 86_400;

export async function openWorld(origin: () => string): Promise<World> {
  const files = new Map<string, () => Uint8Array>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const file = files.get(path);
    if (path.startsWith(`/${STRANGE}`)) answerStrangely(path, response);
    else response.writeHead(file === undefined ? 404 : 200).end(file?.());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const seq = Date.now();
  const record = (person: Person): Uint8Array => {
    const iat = Math.floor(seq / 1000);
    const servers = [{ type: 'letterbox' as const, url: origin() as Origin }];
    return person.record({ servers, seq, iat, exp: iat + DAYS_90 });
  };
  const create = (name: string): Person => {
    const person = createPerson(name, { hub });
    files.set(`${new URL(person.bucket).pathname}${RECORD_PATH}`, () => record(person));
    return person;
  };
  const [alice, bob, carol, dora] = [create('alice'), create('bob'), create('carol'), create('dora')];
  return { hub, alice, bob, carol, dora, record, close: () => server.close() };
}

/** No hub in order answers like this; which of it, the path says. */
function answerStrangely(path: string, response: ServerResponse): void {
  const hash = createHash('sha256').update(path).digest();
  const kinds = [
    () => response.writeHead(500).end(),
    () => response.writeHead(200).end(hash),
    () => response.writeHead(200).end('{"version":1,"token":"a.b.c"}'),
    () => response.writeHead(302, { location: path }).end(),
    () => response.writeHead(200, { 'content-length': '100' }).end('cut', () => response.destroy()),
    () => response.writeHead(200, { 'content-length': '999999999' }).flushHeaders(),
    () => response.destroy(),
  ];
  kinds[(hash[0] ?? 0) % kinds.length]?.();
}

/** As signJws, by the platform, since a hundred thousand are signed. */
export function sign(typ: JwsType, claims: object, { key }: Person): string {
  let publicKey = publicKeys.get(key);
  if (publicKey === undefined) publicKeys.set(key, (publicKey = publicKeyOf(key)));
  const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
  const signed = `${part({ alg: 'ES256K', typ })}.${part({ iss: publicKey, ...claims })}`;
  const digest = createHash('sha256').update(signed).digest();
  return `${signed}.${toBase64url(secp256k1.ecdsaSign(digest, fromHex(key)).signature)}`;
}

const publicKeys = new Map<string, string>();
