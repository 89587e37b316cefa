import { openBucket } from '../../src/gaia/bucket.ts';
import { publishRecord } from '../../src/gaia/records.ts';
import { digest, utf8 } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { newId, publicKeyOf, type DeliveryId, type MessageId } from '../../src/protocol/ids.ts';
import { messagePath, sealMessage, type Message } from '../../src/protocol/message.ts';
import { sealPointer, type Pointer, type PointerClaims } from '../../src/protocol/pointer.ts';
import type { RecordContent } from '../../src/gaia/own-record.ts';
import type { Acceptance } from '../../src/protocol/server-api.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { callerFor } from '../transports/peer.ts';
import { LOOPBACK, nodeFetch, random, type Person, type World } from './world.ts';

/** One message by hand: every part can be made another than an agent would make it. */
export interface Forgery {
  readonly id?: MessageId;
  readonly delivery?: DeliveryId;
  readonly message?: Partial<Message>;
  /** The bytes that the pointer signs for. */
  readonly signed?: Uint8Array;
  /** The bytes in the bucket, where they are others; `null`: none. */
  readonly placed?: Uint8Array | null;
  readonly claims?: Partial<PointerClaims>;
  /** Instead of the sealed pointer. */
  readonly pointer?: Pointer;
  /** Whose key the pointer is signed with, and sealed for. */
  readonly keys?: Partial<Parameters<typeof sealPointer>[1]>;
}

export interface Posted {
  readonly id: MessageId;
  readonly delivery: DeliveryId;
  readonly pointer: Pointer;
  readonly acceptance: Acceptance;
}

/** Sends without an agent, from someone whose record is published. */
export function createMallory(world: World, self: Person, victim: Person) {
  const open = () =>
    openBucket({
      ...LOOPBACK,
      fetch: nodeFetch,
      clock: world.clock,
      random,
      hubUrl: world.hub.origin,
      privateKey: self.key,
    });
  const transport = createLetterboxTransport({
    fetch: nodeFetch,
    clock: world.clock,
    openSocket: () => ({ send: () => undefined, close: () => undefined }),
  });

  return {
    fileOf,

    async publish(change: Partial<RecordContent> = {}): Promise<void> {
      const name = self.name === undefined ? {} : { name: self.name };
      const accept = { maxBytes: 65_536, unknown: 'request' } as const;
      const content = { app: self.app, servers: [], accept, ...name, ...change };
      const client = await open();
      await publishRecord(content, { ...LOOPBACK, client, privateKey: self.key, clock: world.clock });
    },

    async put(id: MessageId, file: Uint8Array): Promise<void> {
      const client = await open();
      await client.put(messagePath(id), file, { contentType: 'application/json' });
    },

    async post(forgery: Forgery = {}): Promise<Posted> {
      const id = forgery.id ?? newId(random);
      const delivery = forgery.delivery ?? newId(random);
      const file = forgery.signed ?? (await fileOf(id, forgery.message));
      if (forgery.placed !== null) await this.put(id, forgery.placed ?? file);
      const pointer = forgery.pointer ?? (await pointerOf(id, file, forgery));
      const server = { type: 'letterbox', url: world.server.url } as const;
      const outgoing = { id: delivery, to: victim.address, pointer };
      return {
        id,
        delivery,
        pointer,
        acceptance: await transport.deliver(server, callerFor(self), outgoing),
      };
    },
  };

  function fileOf(id: MessageId, change: Partial<Message> = {}): Promise<Uint8Array> {
    const { address, bucket, app } = self;
    const name = self.name === undefined ? {} : { name: self.name };
    const from = { address, bucket, ...name };
    const content = { type: 'text/plain', body: 'Hello.' };
    const iat = Math.floor(world.clock.now() / 1000);
    const message = { ...content, id, from, to: { address: victim.address }, app, iat, ...change };
    return sealMessage(message, publicKeyOf(victim.key), stacksCipher);
  }

  function pointerOf(id: MessageId, file: Uint8Array, { claims, keys }: Forgery): Promise<Pointer> {
    const { bucket, app } = self;
    const iat = Math.floor(world.clock.now() / 1000);
    const name = self.name === undefined ? {} : { name: self.name };
    const signed = {
      bucket,
      ...name,
      to: victim.address,
      app,
      id,
      sha256: digest(file),
      size: file.length,
      iat,
    };
    const used = { sender: self.key, recipient: publicKeyOf(victim.key), ...keys };
    return sealPointer({ ...signed, ...claims }, used, stacksCipher);
  }
}

export const GARBAGE = 'x'.repeat(2308) as Pointer;
export const NOT_AN_ENVELOPE = utf8('{"hello":"world"}');
