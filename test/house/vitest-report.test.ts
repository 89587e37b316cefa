import { describe, expect, test } from 'vitest';
import { countReport } from '../../scripts/lanes/vitest-report.ts';

function report(...statuses: string[]): string {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index}` }));
  const status = statuses.includes('failed') ? 'failed' : 'passed';
  return JSON.stringify({ testResults: [{ name: 'a.test.ts', status, assertionResults }] });
}

describe('countReport', () => {
  test('counts tests', () => {
    expect(countReport(report('passed', 'passed'), 0, true)).toEqual({
      passed: 2,
      failed: 0,
      failures: [],
      skipped: [],
    });
  });

  test('names what failed', () => {
    expect(countReport(report('passed', 'failed'), 1, true)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['test 1'],
      skipped: [],
    });
  });

  test('a skipped test fails under CI, and is named elsewhere', () => {
    const skipped = report('passed', 'skipped');
    expect(countReport(skipped, 0, true)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['test 1 (skipped)'],
      skipped: [],
    });
    expect(countReport(skipped, 0, false)).toEqual({
      passed: 1,
      failed: 0,
      failures: [],
      skipped: ['test 1'],
    });
  });

  test('a file that does not load is a failure', () => {
    const broken = {
      testResults: [
        { name: 'b.test.ts', status: 'failed', message: 'no such file\nat …', assertionResults: [] },
      ],
    };
    expect(countReport(JSON.stringify(broken), 1, true)).toEqual({
      passed: 0,
      failed: 1,
      failures: ['b.test.ts: no such file'],
      skipped: [],
    });
  });

  test('a run that ends badly though each test passed is a failure', () => {
    expect(countReport(report('passed'), 1, true)).toMatchObject({ passed: 1, failed: 1 });
    expect(countReport(report('passed'), null, true)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('no report and no test are failures', () => {
    expect(countReport(undefined, 0, false)).toMatchObject({ passed: 0, failed: 1 });
    expect(countReport(report(), 0, false)).toMatchObject({ passed: 0, failed: 1 });
  });
});
