import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import { play } from '../../scripts/journey/play.ts';
import { Stage } from '../../scripts/journey/stage.ts';
import { journeySteps } from '../../scripts/journey/steps.ts';
import { ANSWER, APP, LETTER } from '../../scripts/journey/steps/letter.ts';
import { fileOf } from '../../scripts/journey/witness.ts';
import { launchBrowser } from './launch.ts';

/** docs/protocol.md#6, “What a server can know”. */
describe('what the message server keeps of a journey: database, write-ahead log and log', () => {
  const stage = new Stage({ headless: true, launch: launchBrowser });
  let kept: Buffer;
  let alice: AppSession;
  let bob: AppSession;

  beforeAll(async () => {
    await play(journeySteps, stage);
    [alice, bob] = await Promise.all([stage.alice.session(APP), stage.bob.session(APP)]);
    await fetch(`${stage.world.server}/v1/inboxes/${bob.address}/messages`); // without a token: who is refused is logged
    kept = await everythingIn(stage.world.messageServer?.dataDir ?? '');
  });
  afterAll(() => stage.close());

  test('holds what it must, so the search finds what is there', () => {
    expect(kept.includes(alice.address)).toBe(true);
    expect(kept.includes(bob.address)).toBe(true);
    expect(kept.includes(bob.bucket)).toBe(true);
    expect(kept.includes('"route":"')).toBe(true); // the log
  });

  test.each(['alice', 'bob'] as const)('holds no id, path or content of what %s sent', async (sender) => {
    const { id, envelope, plaintext } =
      sender === 'alice' ? await fileOf(alice, bob, LETTER) : await fileOf(bob, alice, ANSWER);
    const { cipherText } = JSON.parse(envelope) as { cipherText: string };
    const forms = [id, cipherText, plaintext, LETTER, ANSWER].flatMap(formsOf);
    expect(forms.filter((form) => kept.includes(form)).map(String)).toEqual([]);
    expect(kept.includes(Buffer.from(id, 'base64url'))).toBe(false);
    expect(kept.includes('letterbox/messages')).toBe(false);
  });
});

async function everythingIn(folder: string): Promise<Buffer> {
  const files = await readdir(folder);
  expect(files).toEqual(expect.arrayContaining(['letterbox.sqlite', 'letterbox.sqlite-wal', 'server.log']));
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
}

/** As it is, and as it would stand in base64 (three ways, by where it begins), hex and UTF-16. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3));
  });
  const texts = [secret, ...base64, bytes.toString('hex')];
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(secret, 'utf16le')];
}
