import { LetterboxError } from '../protocol/errors.ts';
import {
  addressOf,
  parseBucket,
  publicKeyOf,
  type Address,
  type Bucket,
  type PrivateKey,
} from '../protocol/ids.ts';
import { asString, parseJsonObject } from '../protocol/json.ts';
import type { Clock, Random } from '../protocol/ports.ts';
import { fileUrl, readFile, type FileCap, type StoredFile } from './files.ts';
import { parseHubUrl, readHubInfo, type HubInfo } from './hub-info.ts';
import { hubRefusal } from './hub-refusal.ts';
import { createHubToken, HUB_TOKEN_LIFETIME_SECONDS } from './hub-token.ts';
import { request, type Web, type WebRequest, type WebResponse } from './web.ts';

/** Whose bucket, at which hub: both from the user's session, never from a constant. docs/protocol.md#10 */
export interface BucketOptions extends Web {
  readonly hubUrl: string;
  readonly privateKey: PrivateKey;
  /** `gaiaAssociationToken` of the session, where it has one. */
  readonly associationToken?: string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface PutOptions {
  /** Media type. */
  readonly contentType: string;
  /** Write only over the version with this ETag. */
  readonly ifMatch?: string;
  /** Write only where there is no file. */
  readonly ifNoneMatch?: '*';
}

/** A write that the hub has made durable. */
export interface WrittenFile {
  /** Where it can be read. */
  readonly url: string;
  readonly etag?: string;
}

/** The user's own bucket, open for writing. Every method can be repeated. */
export interface BucketClient {
  readonly bucket: Bucket;
  readonly address: Address;
  /**
   * @throws LetterboxError `write-conflict | too-large | hub-unauthorized | hub-refused | unreachable`; `write-conflict`
   * with `reason: 'busy'` (409) wants the same write again a little later, with `'changed'` (412) a fresh look first
   */
  put(path: string, bytes: Uint8Array, options: PutOptions): Promise<WrittenFile>;
  /**
   * Removes a file; succeeds where there is none.
   * @throws LetterboxError `write-conflict | hub-unauthorized | hub-refused | unreachable`
   */
  remove(path: string): Promise<void>;
  /** Reads through the public URL: what it gives may be minutes old. @throws as `readFile` */
  read(path: string, cap: FileCap): Promise<StoredFile>;
}

/**
 * Opens the bucket of a key at a hub: asks the hub for its prefix and checks that the bucket is a public place that
 * ends in the key's address.
 * @throws LetterboxError `malformed | place-forbidden | not-found | too-large | unreachable`
 */
export async function openBucket(options: BucketOptions): Promise<BucketClient> {
  const hubUrl = parseHubUrl(options.hubUrl, options);
  const info = await readHubInfo(options, hubUrl);
  return new HubBucket({ ...options, hubUrl }, info);
}

const ANSWER_MAX_BYTES = 16 * 1024;
const PATH = /^(?!.*\.\.)[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/;

class HubBucket implements BucketClient {
  readonly bucket: Bucket;
  readonly address: Address;
  readonly #options: BucketOptions;
  #info: HubInfo;
  #token: { readonly text: string; readonly exp: number } | undefined;

  constructor(options: BucketOptions, info: HubInfo) {
    this.#options = options;
    this.#info = info;
    this.address = addressOf(publicKeyOf(options.privateKey));
    this.bucket = parseBucket(`${info.readPrefix}${this.address}/`, 'hub_info.read_url_prefix', options);
  }

  async put(path: string, bytes: Uint8Array, options: PutOptions): Promise<WrittenFile> {
    const limit = this.#info.maxBytes;
    if (bytes.length > limit)
      throw new LetterboxError('too-large', { what: path, limit, size: bytes.length });
    const { ifMatch, ifNoneMatch, contentType } = options;
    const headers = {
      'Content-Type': contentType,
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }),
    };
    const answer = await this.#ask('store', path, { method: 'POST', headers, body: bytes });
    if (!isSuccess(answer)) throw hubRefusal(answer, path, limit);
    return { url: fileUrl(this.bucket, path), ...etagOf(answer) };
  }

  async remove(path: string): Promise<void> {
    const answer = await this.#ask('delete', path, { method: 'DELETE' });
    if (!isSuccess(answer) && answer.status !== 404) throw hubRefusal(answer, path, this.#info.maxBytes);
  }

  async read(path: string, cap: FileCap): Promise<StoredFile> {
    return readFile(this.#options, fileUrl(this.bucket, checkPath(path)), cap);
  }

  /** One request to the hub; after a 401 one more, since a hub may have changed what its tokens have to say. */
  async #ask(verb: string, path: string, asked: Omit<WebRequest, 'what' | 'maxBytes'>): Promise<WebResponse> {
    const url = `${this.#options.hubUrl}/${verb}/${this.address}/${checkPath(path)}`;
    const send = (): Promise<WebResponse> =>
      request(this.#options, url, {
        ...asked,
        what: 'hub answer',
        maxBytes: ANSWER_MAX_BYTES,
        headers: { ...asked.headers, Authorization: this.#authorization() },
      });
    const answer = await send();
    if (answer.status !== 401) return answer;
    this.#token = undefined;
    this.#info = await readHubInfo(this.#options, this.#options.hubUrl);
    return send();
  }

  #authorization(): string {
    const now = Math.floor(this.#options.clock.now() / 1000);
    if (this.#token === undefined || this.#token.exp - now < HUB_TOKEN_LIFETIME_SECONDS / 2) {
      const text = createHubToken({ ...this.#options, challenge: this.#info.challenge, now });
      this.#token = { text, exp: now + HUB_TOKEN_LIFETIME_SECONDS };
    }
    return this.#token.text;
  }
}

function isSuccess({ status }: WebResponse): boolean {
  return status >= 200 && status <= 299;
}

function etagOf({ body }: WebResponse): { etag?: string } {
  const { etag } = parseJsonObject(body, 'hub answer');
  return etag === undefined ? {} : { etag: asString(etag, 'hub answer.etag', 256) };
}

/** Letterbox's own paths need no escapes, so none are understood. */
function checkPath(path: string): string {
  if (!PATH.test(path)) throw new LetterboxError('malformed', { what: 'path', problem: 'not a plain path' });
  return path;
}
