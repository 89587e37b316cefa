import { decryptContent } from '@stacks/encryption';
import { loadCurve } from '../../../extension/platform/load-curve.ts';
import { fromHex } from '../../../src/protocol/bytes.ts';
import { parseEnvelope } from '../../../src/protocol/envelope.ts';
import { parsePrivateKey, parsePublicKey } from '../../../src/protocol/ids.ts';
import { createMailCrypto } from '../../../src/protocol/mail-crypto.ts';
import { setBeacon } from './beacon.ts';
import { insert } from './insert.ts';
import type { Job, OpenJob, Signed } from './jobs.ts';

const { cipher, verify } = createMailCrypto(loadCurve, (error) => {
  throw error; // a fallback would be measured as what it stands in for
});

/** @returns milliseconds; for `born`, when this worker started, in Unix milliseconds */
export async function run(job: Job): Promise<number> {
  if (job.job === 'born') return performance.timeOrigin;
  const start = performance.now();
  await work(job);
  return performance.now() - start;
}

function work(job: Exclude<Job, { job: 'born' }>): Promise<void> {
  switch (job.job) {
    case 'open':
      return openAll(job);
    case 'verify':
      return verifyAll(job.signed);
    case 'fetch':
      return fetchAll(job.urls, job.atOnce);
    case 'insert':
      return insert(job.rows, job.atOnce);
    case 'beacon':
      return setBeacon(job.url);
    case 'echo':
      return echo(job.url, job.times);
  }
}

async function openAll({ by, envelopes, key }: OpenJob): Promise<void> {
  const privateKey = parsePrivateKey(key);
  for (const envelope of envelopes)
    if (by === 'worker') await cipher.open(parseEnvelope(envelope, 'measured'), privateKey);
    else await decryptContent(envelope, { privateKey });
}

async function verifyAll(signed: readonly Signed[]): Promise<void> {
  for (const { signature, digest, publicKey } of signed)
    if (!verify(fromHex(signature), fromHex(digest), parsePublicKey(publicKey)))
      throw new Error('a good signature was refused');
}

/** So many under way all the time. */
async function fetchAll(urls: readonly string[], atOnce: number): Promise<void> {
  const left = [...urls];
  const one = async (): Promise<void> => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) {
      const response = await fetch(url, {
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`${url} answered ${String(response.status)}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** There and back over one socket, once after the other. */
async function echo(url: string, times: number): Promise<void> {
  const socket = new WebSocket(url);
  const next = (type: string): Promise<void> =>
    new Promise((resolve) => {
      socket.addEventListener(type, () => resolve(), { once: true });
    });
  await next('open');
  for (let time = 0; time < times; time += 1) {
    const back = next('message');
    socket.send('there and back');
    await back;
  }
  socket.close();
}
