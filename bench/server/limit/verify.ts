import { randomBytes } from 'node:crypto';
import native from 'secp256k1';
import { verifyNatively } from '../../../src/server/signature.ts';
import { senderOf } from '../people.ts';
import { fromHex } from '../../../src/protocol/bytes.ts';
import { sayCost } from './own-cost.ts';

/** What one signature's check costs, and no less: the same native one as the server's. */

const signed = Array.from({ length: 500 }, (_, index) => {
  const [{ secret, publicKey }, digest] = [senderOf(index), randomBytes(32)];
  return { publicKey, digest, signature: native.ecdsaSign(digest, fromHex(secret)).signature };
});

sayCost(Number(process.argv[2]), (times) => {
  for (let time = 0; time < times; time += 1) {
    const one = signed[time % signed.length];
    if (one === undefined || !verifyNatively(one.signature, one.digest, one.publicKey))
      throw new Error('a good signature was refused');
  }
});
