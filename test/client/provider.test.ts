import { describe, expect, test } from 'vitest';
import { announceProvider, findLetterbox, watchProviders, type Page } from '../../src/client/provider.ts';
import type { LetterboxApi, ProviderDetail } from '../../src/protocol/page-api.ts';
import { ANNOUNCE_EVENT } from '../../src/protocol/page-api.ts';

const provider = { version: 1, connect: () => undefined } as unknown as LetterboxApi;
const detail = (uuid: string): ProviderDetail => ({
  info: { uuid, name: 'Letterbox', icon: 'data:,', version: '1' },
  provider,
});
const newPage = (): Page => new EventTarget();

describe('discovery', () => {
  test('finds a provider that was there before the app asked', async () => {
    const page = newPage();
    announceProvider(page, detail('a'));
    expect(await findLetterbox(page)).toBe(provider);
  });

  test('finds one that comes after it', async () => {
    const page = newPage();
    const found = findLetterbox(page, 60_000);
    announceProvider(page, detail('a'));
    expect(await found).toBe(provider);
  });

  test('gives undefined where none comes', async () => {
    expect(await findLetterbox(newPage(), 1)).toBeUndefined();
  });

  test('tells each provider once, and none after the end', () => {
    const page = newPage();
    const found: string[] = [];
    const end = watchProviders(page, ({ info }) => found.push(info.uuid));
    announceProvider(page, detail('a'));
    announceProvider(page, detail('a'));
    announceProvider(page, detail('b'));
    end();
    announceProvider(page, detail('c'));
    expect(found).toEqual(['a', 'b']);
  });

  test.each([
    ['nothing', undefined],
    ['no info', { provider }],
    ['no uuid', { info: {}, provider }],
    ['no provider', { info: { uuid: 'a' } }],
    ['another version', { info: { uuid: 'a' }, provider: { ...provider, version: 2 } }],
    ['no connect', { info: { uuid: 'a' }, provider: { version: 1 } }],
  ])('passes over an announcement with %s', (_, forged) => {
    const page = newPage();
    const found: unknown[] = [];
    watchProviders(page, (one) => found.push(one));
    page.dispatchEvent(new CustomEvent(ANNOUNCE_EVENT, { detail: forged }));
    expect(found).toEqual([]);
  });
});
