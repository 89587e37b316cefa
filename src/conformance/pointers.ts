import { digest, toHex, utf8 } from '../protocol/bytes.ts';
import { stacksCipher } from '../protocol/envelope.ts';
import { addressOf, newId, parseBucket, parseOrigin, parsePrivateKey, publicKeyOf } from '../protocol/ids.ts';
import { sealPointer, type Pointer } from '../protocol/pointer.ts';
import { random } from './person.ts';

/** Two pointers as an agent seals them. A server cannot open them, so that they do for everybody. */
export interface Pointers {
  readonly one: Pointer;
  readonly other: Pointer;
}

export async function sealPointers(): Promise<Pointers> {
  return { one: await seal('one'), other: await seal('other') };
}

function seal(text: string): Promise<Pointer> {
  const [sender, recipient] = [newKey(), newKey()];
  const file = utf8(text);
  return sealPointer(
    {
      bucket: parseBucket(`https://hub.example/${addressOf(publicKeyOf(sender))}/`),
      to: addressOf(publicKeyOf(recipient)),
      app: parseOrigin('https://app.example'),
      id: newId(random),
      sha256: digest(file),
      size: file.length,
      iat: Math.floor(Date.now() / 1000),
    },
    { sender, recipient: publicKeyOf(recipient) },
    stacksCipher,
  );
}

function newKey() {
  return parsePrivateKey(toHex(random.bytes(32)));
}
