import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHubUrl, readHubInfo } from '../../src/gaia/hub-info.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { allowLoopback } from '../../src/protocol/ids.ts';
import { freshHub } from '../devnet/hub/hub-client.ts';
import { failure, sendJson, startRogue, web } from './world.ts';

const INFO = {
  challenge_text: '["gaiahub","0","hub","blockstack_storage_please_sign"]',
  latest_auth_version: 'v1',
  max_file_upload_size_megabytes: 2,
  read_url_prefix: 'https://gaia.example.com/hub/',
};

async function infoFrom(answer: unknown): Promise<Awaited<ReturnType<typeof readHubInfo>>> {
  const { origin } = await startRogue((_, response) => sendJson(response, 200, answer));
  return readHubInfo(web, origin);
}

describe('parseHubUrl', () => {
  test('drops a trailing slash', () => {
    expect(parseHubUrl('https://hub.example.com/')).toBe('https://hub.example.com');
    expect(parseHubUrl('https://hub.example.com/hub')).toBe('https://hub.example.com/hub');
  });

  test('takes loopback under the development switch only', () => {
    expect(parseHubUrl('http://127.0.0.1:4000', { [allowLoopback]: true })).toBe('http://127.0.0.1:4000');
    expect(() => parseHubUrl('http://127.0.0.1:4000')).toThrow(
      expect.objectContaining({ code: 'place-forbidden' }),
    );
  });

  test.each([
    ['malformed', undefined],
    ['malformed', `https://hub.example.com/${'x'.repeat(256)}`],
    ['malformed', 'https://hub.example.com/?x'],
    ['malformed', 'https://hub.example.com/#x'],
    ['place-forbidden', 'hub.example.com'],
    ['place-forbidden', 'http://hub.example.com'],
    ['place-forbidden', 'https://192.168.0.1'],
    ['place-forbidden', 'https://u:p@hub.example.com'],
  ])('%s: %s', (code, url) => {
    expect(() => parseHubUrl(url)).toThrow(expect.objectContaining({ code }));
  });
});

describe('readHubInfo', () => {
  test('reads what a hub says', async () => {
    expect(await infoFrom(INFO)).toEqual({
      challenge: INFO.challenge_text,
      readPrefix: INFO.read_url_prefix,
      maxBytes: 2 * 1024 * 1024,
    });
  });

  test('reads the devnet hub', async () => {
    const hub = await freshHub();
    expect(await readHubInfo(web, hub.origin)).toMatchObject({ readPrefix: hub.readPrefix });
  });

  test('a hub that names no limit has the usual one; later versions still take v1', async () => {
    const { max_file_upload_size_megabytes: _, ...rest } = INFO;
    expect(await infoFrom({ ...rest, latest_auth_version: 'v2' })).toMatchObject({
      maxBytes: 20 * 1024 * 1024,
    });
  });

  test.each([
    ['no challenge', { challenge_text: undefined }],
    ['a challenge of another kind', { challenge_text: '["gaiahub","0","hub","pay_all_to_me"]' }],
    [
      'a challenge of another label',
      { challenge_text: '["bank","0","hub","blockstack_storage_please_sign"]' },
    ],
    [
      'a challenge of another version',
      { challenge_text: '["gaiahub","1","hub","blockstack_storage_please_sign"]' },
    ],
    [
      'a challenge with more in it',
      { challenge_text: '["gaiahub","0","hub","blockstack_storage_please_sign","more"]' },
    ],
    ['a challenge with less in it', { challenge_text: '["gaiahub","0","hub"]' }],
    ['a challenge with no name', { challenge_text: '["gaiahub","0",{},"blockstack_storage_please_sign"]' }],
    ['a challenge that is an object', { challenge_text: '{"iss":"me"}' }],
    ['a challenge that is not JSON', { challenge_text: 'sign this' }],
    [
      'a long challenge',
      { challenge_text: `["gaiahub","0","${'x'.repeat(1024)}","blockstack_storage_please_sign"]` },
    ],
    ['v0 only', { latest_auth_version: 'v0' }],
    ['no version', { latest_auth_version: undefined }],
    ['a version of another form', { latest_auth_version: '1' }],
    ['no prefix', { read_url_prefix: undefined }],
    ['a long prefix', { read_url_prefix: `https://gaia.example.com/${'x'.repeat(256)}/` }],
    ['a limit of nothing', { max_file_upload_size_megabytes: 0 }],
    ['a limit as text', { max_file_upload_size_megabytes: '20' }],
  ])('malformed: %s', async (_, change) => {
    expect(await failure(infoFrom({ ...INFO, ...change }))).toMatchObject({ code: 'malformed' });
  });

  test.each([
    ['not JSON', 'malformed', 'text'],
    ['a list', 'malformed', '[]'],
    ['a member twice', 'malformed', '{"read_url_prefix":"https://a/","read_url_prefix":"https://b/"}'],
    ['too long', 'too-large', ' '.repeat(20_000)],
  ])('%s: %s', async (_, code, body) => {
    const { origin } = await startRogue((_request, response) => response.end(body));
    expect(await failure(readHubInfo(web, origin))).toMatchObject({ code });
  });

  test('whatever a hub says, the outcome is its info or one of our errors', async () => {
    const hub = { answer: '' };
    const { origin } = await startRogue((_, response) => response.end(hub.answer));
    const member = fc.option(fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(INFO))), {
      nil: undefined,
    });
    const answer = fc.record({
      challenge_text: member,
      latest_auth_version: member,
      read_url_prefix: member,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          answer.map((value) => JSON.stringify(value)),
        ),
        async (text) => {
          hub.answer = text;
          const outcome = await readHubInfo(web, origin).catch((error: unknown) => error);
          const read = outcome as { challenge?: unknown };
          expect(isLetterboxError(outcome) || read.challenge === INFO.challenge_text).toBe(true);
        },
      ),
    );
  });
});
