import type { Outcome } from './step.ts';

/** The part of Vitest's JSON report that is counted. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Counts a report of Vitest's. A file that could not even be loaded is one failure, and so is a run that ended badly
 * though each test passed (an error outside of all tests), or that held no test.
 *
 * @param text the report; undefined where none was written
 * @param strict as under CI: a test that was skipped is a failure; elsewhere it is named
 */
export function countReport(text: string | undefined, code: number | null, strict: boolean): Outcome {
  if (text === undefined) return { passed: 0, failed: 1, failures: ['no report was written'], skipped: [] };
  const files = (JSON.parse(text) as Report).testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const skipped = tests.filter((test) => isSkipped(test.status)).map((test) => test.fullName);
  const failures = [
    ...tests.filter((test) => test.status === 'failed').map((test) => test.fullName),
    ...(strict ? skipped.map((name) => `${name} (skipped)`) : []),
    ...files.filter(brokeOutside).map((file) => `${file.name}: ${firstLine(file.message)}`),
  ];
  if (failures.length === 0 && (code !== 0 || passed === 0))
    failures.push(`the run ended with ${code}, ${passed} passed`);
  return { passed, failed: failures.length, failures, skipped: strict ? [] : skipped };
}

function isSkipped(status: string): boolean {
  return status !== 'passed' && status !== 'failed';
}

function brokeOutside(file: Report['testResults'][number]): boolean {
  return file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed');
}

function firstLine(message = ''): string {
  return message.split('\n', 1)[0] ?? '';
}
