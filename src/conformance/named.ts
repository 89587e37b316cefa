import { createHash } from 'node:crypto';
import { fromHex } from '../protocol/bytes.ts';
import { utf8 } from '../protocol/bytes.ts';
import { publicKeyOf, type Bucket, type Name } from '../protocol/ids.ts';
import { c32address } from '../gaia/stacks-address.ts';
import type { Bench } from './bench.ts';
import { forge } from './forge.ts';
import type { Person } from './person.ts';

const MAINNET = 22;
const YEAR = 365 * 86_400;

/** Registers a name that leads to a bucket in the person's app: registry, zonefile, and a profile by the name's owner. */
export async function registerName(
  bench: Bench,
  name: Name,
  person: Person,
  bucket: Bucket = person.bucket,
): Promise<void> {
  const { key } = await bench.person();
  const publicKey = publicKeyOf(key);
  const now = bench.now();
  const claims = {
    jti: name,
    iat: new Date(now * 1000).toISOString(),
    exp: new Date((now + YEAR) * 1000).toISOString(),
    subject: { publicKey },
    issuer: { publicKey },
    claim: { '@type': 'Person', apps: { [person.app]: bucket } },
  };
  const token = forge({ header: { typ: 'JWT', alg: 'ES256K' }, claims, key });
  const profile = `${person.site.url}${name}/profile.json`;
  person.site.put(profile, utf8(JSON.stringify([{ token, decodedToken: { payload: claims } }])));
  const zonefile = `$ORIGIN ${name}\n$TTL 3600\n_http._tcp\tIN\tURI\t10\t1\t"${profile}"\n\n`;
  bench.target.hosting.registry.register(name, {
    address: c32address(MAINNET, hash160(fromHex(publicKey))),
    zonefile,
  });
}

function hash160(bytes: Uint8Array): Uint8Array {
  return createHash('ripemd160').update(createHash('sha256').update(bytes).digest()).digest();
}
