import { describe, expect, test } from 'vitest';
import type { BucketClient } from '../../src/gaia/bucket.ts';
import { putOnce } from '../../src/gaia/put-once.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { beginStore, freshHub } from '../devnet/hub/hub-client.ts';
import { failure, nodeFetch, open } from './world.ts';

const TEXT = { contentType: 'text/plain' };
const CAP = { what: 'file', maxBytes: 1000 };

/** A client of a real hub whose reads go through `reader`, as through a cache. */
async function clientBehind(reader: Fetch): Promise<BucketClient> {
  const hub = await freshHub();
  const fetch: Fetch = (url, init) =>
    url.startsWith(hub.readPrefix) ? reader(url, init) : nodeFetch(url, init);
  return open(hub, { fetch });
}

describe('putOnce', () => {
  test('writes what is not there', async () => {
    const client = await open(await freshHub());
    const written = await putOnce(client, 'one', utf8('x'), TEXT);
    expect(await client.read('one', CAP)).toEqual({ bytes: utf8('x'), etag: written.etag });
  });

  test('the same bytes again are a success, with the same answer', async () => {
    const client = await open(await freshHub());
    const first = await putOnce(client, 'one', utf8('x'), TEXT);
    expect(await putOnce(client, 'one', utf8('x'), TEXT)).toEqual(first);
  });

  test('also when the answer to the first write was lost', async () => {
    const hub = await freshHub();
    let writes = 0;
    const losing: Fetch = async (url, init) => {
      const answer = await nodeFetch(url, init);
      if (init?.method !== 'POST') return answer;
      writes += 1;
      if (writes === 1) throw new TypeError('the connection broke');
      return answer;
    };
    const client = await open(hub, { fetch: losing });
    expect(await failure(putOnce(client, 'one', utf8('x'), TEXT))).toMatchObject({ code: 'unreachable' });
    await expect(putOnce(client, 'one', utf8('x'), TEXT)).resolves.toMatchObject({
      url: `${client.bucket}one`,
    });
  });

  test.each(['y', 'xy', ''])('other bytes (%j) are a conflict and stay', async (there) => {
    const client = await open(await freshHub());
    await client.put('one', utf8(there), TEXT);
    expect(await failure(putOnce(client, 'one', utf8('x'), TEXT))).toMatchObject({
      code: 'write-conflict',
      context: { path: 'one', reason: 'changed' },
    });
    expect(await client.read('one', CAP)).toMatchObject({ bytes: utf8(there) });
  });

  test('a file that the reader does not show yet is worth another try', async () => {
    const client = await clientBehind((url) => nodeFetch(`${url}-missing`));
    await putOnce(client, 'one', utf8('x'), TEXT);
    expect(await failure(putOnce(client, 'one', utf8('x'), TEXT))).toMatchObject({ code: 'unreachable' });
  });

  test('a reader that is down decides nothing', async () => {
    const client = await clientBehind(() => Promise.reject(new TypeError('down')));
    await putOnce(client, 'one', utf8('x'), TEXT);
    expect(await failure(putOnce(client, 'one', utf8('x'), TEXT))).toMatchObject({ code: 'unreachable' });
  });

  test('a write under way is the caller’s to repeat', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    const other = await beginStore(hub, 'one', 1);
    expect(await failure(putOnce(client, 'one', utf8('x'), TEXT))).toMatchObject({
      code: 'write-conflict',
      context: { reason: 'busy' },
    });
    await other.finish('x');
    await expect(putOnce(client, 'one', utf8('x'), TEXT)).resolves.toBeDefined();
  });
});
