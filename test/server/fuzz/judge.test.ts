import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { flawOf, type Outcome } from './send.ts';
import type { Plan } from './signed.ts';
import type { Report } from './storm.ts';

/** The fuzzer sees what it looks for. */

const MB = 2 ** 20;
const REQUESTS = 100_000;

function report(leak: number, flaws: string[] = []): Report {
  const memory = Array.from({ length: 10 }, (_, n) => ({
    heap: Math.round(30 * MB + (n % 3) * 0.3 * MB + (leak * REQUESTS * n) / 10),
    rss: 120 * MB + (n % 3) * MB,
  }));
  return { seed: 1, requests: REQUESTS, seconds: 1, kinds: {}, statuses: {}, flaws, memory };
}

test('an object kept for each request is growth; what goes up and down is none', () => {
  expect(judge(report(0))).toEqual([]);
  expect(judge(report(8))).toEqual([]);
  expect(judge(report(64))).toEqual([expect.stringMatching(/^the heap grew by \d+ bytes/)]);
});

test('memory that is no JavaScript is growth of the process', () => {
  const { memory, ...rest } = report(0);
  const growing = memory.map(({ heap, rss }, n) => ({ heap, rss: rss + 20 * n * MB }));
  expect(judge({ ...rest, memory: growing })).toEqual([expect.stringMatching(/^the process grew/)]);
});

test('a flaw is a flaw', () => {
  expect(judge(report(0, ['500']))).toEqual(['500']);
});

const PLAN: Plan = { kind: '', method: 'GET', path: '/', authorization: () => '' };
const outcome = (status: number, code: string, retryAfter?: string): Outcome => {
  const text = JSON.stringify({
    type: code === '' ? 'about:blank' : `urn:letterbox:problem:${code}`,
    status,
  });
  return { status, type: 'application/problem+json', retryAfter, text };
};

test.each([
  ['a 500', outcome(500, 'unavailable', '5')],
  ['a 503 without a time to come back', outcome(503, 'unavailable')],
  ['a 503 of another kind', outcome(503, 'rate', '5')],
  ['an error that is no problem', { ...outcome(404, ''), type: 'text/plain' }],
  ['a problem of another status', { ...outcome(404, ''), status: 400 }],
])('%s is a flaw', (_, given) => {
  expect(flawOf(PLAN, given)).toEqual(expect.any(String));
});

test.each([
  ['a page', outcome(200, '')],
  ['a refusal', outcome(403, 'token-body')],
  ['a 503 that says when', outcome(503, 'lookup-busy', '1')],
])('%s is none', (_, given) => {
  expect(flawOf(PLAN, given)).toBeUndefined();
});
