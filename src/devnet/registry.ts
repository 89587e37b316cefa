import { createHash } from 'node:crypto';
import { json, listenOnLoopback, rawPath, text, withHeaders } from './loopback.ts';
import type { Answer, LoopbackServer } from './loopback.ts';

/** A name as it is registered: its owner's mainnet Stacks address and its zonefile; of a `.btc` name that is JSON. */
export interface NameRecord {
  /** Dotted, lower case, like `alice.id.blockstack`. */
  name: string;
  address: string;
  zonefile: string;
}

/** A running registry. Names live as long as it does; registering one again transfers it. */
export interface Registry extends LoopbackServer {
  register: (record: NameRecord) => void;
}

const NAME = /^[a-z0-9._+-]{3,80}$/;

/**
 * The name endpoints of a Stacks API, as far as stock clients (lookupProfile, getNameInfo, wallets) ask them:
 * `/v1/names/:name`, `/v1/names/:name/zonefile`, `/v1/addresses/stacks/:address`. Beside them those of a BNSv2 API,
 * which has the names that end in `.btc`: `/names/:name`, `/resolve-name/:name`, `/names/address/:address/valid`.
 * Neither has the other's names.
 */
export async function startRegistry(options: { port?: number } = {}): Promise<Registry> {
  const names = new Map<string, NameRecord>();
  const server = await listenOnLoopback(
    options.port ?? 0,
    () => (request) =>
      withHeaders(answer(names, request.method, rawPath(request)), { 'Access-Control-Allow-Origin': '*' }),
  );
  return {
    ...server,
    register(record) {
      if (!NAME.test(record.name)) throw new TypeError(`${record.name} is not a name`);
      names.set(record.name, record);
    },
  };
}

function answer(names: ReadonlyMap<string, NameRecord>, method: string | undefined, path: string): Answer {
  if (method === 'OPTIONS') return { status: 204, headers: { 'Access-Control-Allow-Methods': 'GET, HEAD' } };
  const owner = /^\/v1\/addresses\/stacks\/([A-Z0-9]+)$/.exec(path)?.[1];
  if (owner !== undefined) return json(200, { names: namesOf(names, owner).filter((name) => !isBtc(name)) });
  const onChainOwner = /^\/names\/address\/([A-Z0-9]+)\/valid$/.exec(path)?.[1];
  if (onChainOwner !== undefined) return json(200, listBnsv2(namesOf(names, onChainOwner).filter(isBtc)));
  const onChain = /^\/(names|resolve-name)\/([^/]+\.btc)$/.exec(path);
  if (onChain !== null) return answerBnsv2(names.get(onChain[2] ?? ''), onChain[1]);
  const [, name = '', part] = /^\/v1\/names\/([^/]+)(\/zonefile)?$/.exec(path) ?? [];
  const record = names.get(name);
  if (record === undefined || isBtc(name)) return json(404, { error: `cannot find name ${name}` });
  return part === undefined ? json(200, describe(record)) : text(200, record.zonefile);
}

function describe({ name, address, zonefile }: NameRecord) {
  return {
    address,
    blockchain: 'stacks',
    status: name.split('.').length > 2 ? 'registered_subdomain' : 'name-register',
    last_txid: `0x${sha256(`${name}\n${zonefile}`).toString('hex')}`,
    zonefile,
    zonefile_hash: createHash('ripemd160').update(sha256(zonefile)).digest('hex'),
  };
}

function answerBnsv2(record: NameRecord | undefined, asked: string | undefined): Answer {
  if (record === undefined) return json(404, { error: 'Name not found' });
  const { name, address: owner, zonefile } = record;
  if (asked === 'resolve-name') return json(200, { zonefile: JSON.parse(zonefile) as unknown });
  return json(200, { status: 'active', data: { full_name: name, owner, revoked: false, is_valid: true } });
}

function listBnsv2(names: readonly string[]) {
  return { total: names.length, names: names.map((name) => ({ full_name: name })) };
}

function isBtc(name: string): boolean {
  return name.endsWith('.btc');
}

function namesOf(names: ReadonlyMap<string, NameRecord>, address: string): string[] {
  return [...names.values()].filter((record) => record.address === address).map(({ name }) => name);
}

function sha256(data: string): Buffer {
  return createHash('sha256').update(data).digest();
}
