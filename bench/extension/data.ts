import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../scripts/journey/wait.ts';
import { sealLines } from '../../extension/platform/export-format.ts';
import type { Portable } from '../../src/agent/portable.ts';
import { toBase64url } from '../../src/protocol/bytes.ts';
import {
  addressOf,
  parseBucket,
  parseDigest,
  parseMessageId,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import type { Area, Sample } from '../frame/area.ts';
import { openWorkbench } from './workbench.ts';

const MANY = 100_000;
const FEW = MANY / 10;
const PASSPHRASE = 'four quiet herons wade';
const LENGTH = 200;
const PEOPLE = 20;
const APP = parseOrigin('https://orchard.example');
const HUB = 'https://hub.example';
/** Milliseconds. */
const PATIENCE = 3_600_000;

/**
 * A person's file of so many messages is taken in by the settings page and written out again, in messages a second:
 * against a tenth of them. What grows faster than their number shows here.
 */
export const data: Area = {
  rounds: 3,
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'letterbox-bench-data-'));
    const [many, few] = [join(folder, 'many.export'), join(folder, 'few.export')];
    await writeFile(many, sealLines(PASSPHRASE, linesOf(MANY), random));
    await writeFile(few, sealLines(PASSPHRASE, linesOf(FEW), random));
    return {
      async round() {
        const peer = await comeAndGo(few, FEW);
        const ours = await comeAndGo(many, MANY);
        return (['look', 'import', 'export'] as const).map((part) => sampleOf(part, ours[part], peer[part]));
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
};

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

type Part = 'look' | 'import' | 'export';

function sampleOf(part: Part, value: number, peer: number): Sample {
  return {
    name: `extension/data, ${part}, ${MANY.toLocaleString('en')}`,
    value,
    unit: 'per second',
    against: { name: `of ${FEW.toLocaleString('en')}`, value: peer },
  };
}

/** In a new browser. @returns messages a second */
async function comeAndGo(file: string, count: number): Promise<Record<Part, number>> {
  const workbench = await openWorkbench('chromium');
  try {
    const page = await workbench.browser.openView('settings', 'data');
    const rate = async (name: string, done: () => Promise<number>): Promise<number> => {
      const start = performance.now();
      await page.getByRole('button', { name, exact: true }).click();
      await until(`“${name}” is through`, async () => (await done()) > 0, PATIENCE);
      return (count / (performance.now() - start)) * 1000;
    };
    await page.getByLabel('File', { exact: true }).setInputFiles(file);
    await page.getByRole('textbox', { name: 'Passphrase of the file' }).fill(PASSPHRASE);
    const shown = `added: ${count.toLocaleString('en')} messages`; // all of them, or it never is through
    const look = await rate('Look inside', () => page.getByText(`Would be ${shown}`).count());
    const taken = await rate('Import', () => page.getByRole('heading', { name: 'Imported' }).count());
    await page.getByRole('textbox', { name: 'Passphrase for the file' }).fill(PASSPHRASE);
    const written = await rate('Export', () => page.getByText('entries exported.').count());
    return { look, import: taken, export: written };
  } finally {
    await workbench.close();
  }
}

function* linesOf(count: number): Generator<string> {
  for (const line of firstLines()) yield JSON.stringify(line);
  for (let n = 0; n < count; n += 1) yield JSON.stringify(messageOf(n));
}

const OWN = parsePrivateKey('02'.repeat(32));
const SENDERS = Array.from({ length: PEOPLE }, (_, n) =>
  parsePrivateKey((n + 16).toString(16).repeat(32)),
).map(placeOf);
const ME = placeOf(OWN);

function placeOf(key: PrivateKey) {
  const publicKey = publicKeyOf(key);
  const address = addressOf(publicKey);
  return { publicKey, address, bucket: parseBucket(`${HUB}/reader/${address}/`, 'bucket') };
}

function firstLines(): Portable[] {
  const at = Math.floor(Date.now() / 1000);
  return [
    { kind: 'export', version: 1, at, keys: false },
    { kind: 'app', ...ME, app: APP, hub: HUB, connectedAt: at, servers: [] },
    ...SENDERS.map(({ address, bucket }) => {
      const relation = { relation: 'allowed', decidedAt: at } as const;
      return { kind: 'contact', inbox: ME.address, address, app: APP, bucket, ...relation } as const;
    }),
  ];
}

function messageOf(n: number): Portable {
  const { address, bucket } = SENDERS[n % PEOPLE] as (typeof SENDERS)[number];
  const at = 1_790_000_000 + n;
  const sha256 = parseDigest(toBase64url(randomBytes(32)), 'digest');
  return {
    kind: 'message',
    inbox: ME.address,
    from: address,
    id: parseMessageId(toBase64url(randomBytes(16))),
    app: APP,
    file: { bucket, sha256, size: 900 },
    sentAt: at,
    receivedAt: at,
    expires: at + 86_400,
    read: false,
    conflicting: false,
    content: { state: 'readable', type: 'text/plain', body: `Letter ${String(n)} `.padEnd(LENGTH, '.') },
  };
}
