import { describe, expect, test } from 'vitest';
import { formatSummary } from '../../src/conformance/report.ts';
import { runConformance } from '../../src/conformance/run.ts';
import { success } from './breakages.ts';
import { startProxy, type Fault } from './proxy.ts';
import { freePort } from './server.ts';

/** The lines that a server passes which answers everything in one way. */
async function passedBy(answer: NonNullable<Fault['request']>): Promise<string[]> {
  const proxy = await startProxy(`http://127.0.0.1:${await freePort()}`, [{ request: answer }]);
  try {
    const report = await runConformance({ url: proxy.url, registryPort: 0, sitePort: 0, patience: 5 });
    expect(report.failed).toBeGreaterThan(100);
    expect(report.fetched).toBe(0);
    expect(formatSummary(report)).toContain('The server fetched nothing from the suite.');
    return report.lines.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
  } finally {
    await proxy.stop();
  }
}

describe('no line is passed by not being a server', () => {
  test('that says yes to everything, but for those that ask for nothing but a yes', async () => {
    expect(await passedBy(success)).toEqual([
      'jws.accepted',
      'jws.unknown-claims',
      '2.enrol',
      '5.reuse-read',
      '5.reuse-mutation',
      '6.cors.answers',
    ]);
  }, 60_000);

  test('that says no to everything', async () => {
    const no = () => ({ status: 404, headers: {}, body: Buffer.from('not here') });
    expect(await passedBy(no)).toEqual([]);
  }, 60_000);

  test('that answers with a broken token, whatever the question', async () => {
    const problem = { type: 'urn:letterbox:problem:token-invalid', status: 401, retry: 'never' };
    const body = Buffer.from(JSON.stringify(problem));
    const no = () => ({ status: 401, headers: { 'content-type': 'application/problem+json' }, body });
    expect(await passedBy(no)).toEqual([]);
  }, 60_000);
});
