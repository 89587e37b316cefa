import { expect, test, vi } from 'vitest';
import { parseOriginsRequest, toOriginsAnswer } from '../../../extension/platform/origins-request.ts';
import { openOriginsAnswer } from '../../../extension/platform/origins-wire.ts';
import { LetterboxError } from '../../../src/protocol/errors.ts';
import type { Origin } from '../../../src/protocol/ids.ts';

const APP = 'https://app.example' as Origin;

test('requests are read, and nothing else is', () => {
  expect(parseOriginsRequest({ method: 'sites', more: 1 })).toEqual({ to: 'origins', method: 'sites' });
  expect(parseOriginsRequest({ method: 'disable', origin: APP })).toEqual({
    to: 'origins',
    method: 'disable',
    origin: APP,
  });
  expect(() => parseOriginsRequest({ method: 'enable', origin: `${APP}/` })).toThrow('malformed');
  expect(() => parseOriginsRequest({ method: 'enable' })).toThrow('malformed');
  expect(() => parseOriginsRequest({ method: 'restore' })).toThrow('not-allowed');
});

test('an answer comes out as it went in, a refusal as the same refusal', async () => {
  const sites = { on: [APP], withheld: [], everywhere: 'withheld' } as const;
  expect(openOriginsAnswer(await toOriginsAnswer(() => Promise.resolve(sites)))).toEqual(sites);
  const refused = await toOriginsAnswer(() =>
    Promise.reject(new LetterboxError('not-allowed', { method: 'enable' })),
  );
  expect(() => openOriginsAnswer(refused)).toThrow('not-allowed');
});

test('a fault of ours is reported, and says nothing to the view', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const fault = new Error('details');
  const answer = await toOriginsAnswer(() => Promise.reject(fault));
  expect(answer).toMatchObject({ error: { code: 'internal' } });
  expect(JSON.stringify(answer)).not.toContain('details');
  expect(reported).toHaveBeenCalledWith(fault);
  vi.unstubAllGlobals();
});
