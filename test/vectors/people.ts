import {
  addressOf,
  parseBucket,
  parseName,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
} from '../../src/protocol/ids.ts';

/** The two ends of every vector: keys that anyone can type. */
function person(byte: string, name: string) {
  const privateKey = parsePrivateKey(byte.repeat(32));
  const publicKey = publicKeyOf(privateKey);
  const address = addressOf(publicKey);
  return {
    privateKey,
    publicKey,
    address,
    bucket: parseBucket(`https://hub.example/read/${address}/`),
    name: parseName(name),
  };
}

export const alice = person('01', 'alice.id.blockstack');
export const bob = person('02', 'bob.id.blockstack');
export const stranger = person('03', 'stranger.id.blockstack');
export const app = parseOrigin('https://someawesome.app');
export const server = parseOrigin('https://post.example');
/** Unix seconds. */
export const now = 1_800_000_000;
