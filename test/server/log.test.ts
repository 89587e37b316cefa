import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createLog } from '../../src/server/log.ts';

const good = { route: '/v1/server', method: 'GET', status: 200, ms: 3 };
const refused = { ...good, status: 429, problem: 'rate' } as const;

function linesAt(level: string): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createLog(pino({ level }, { write: (line) => void lines.push(line) }));
  log.answered(good);
  log.answered(refused);
  log.failed(new Error('what a caller sent'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('what was answered well is told at level debug only, what was refused and what broke at info', () => {
  expect(linesAt('debug').map(({ status }) => status)).toEqual([200, 429, undefined]);
  expect(linesAt('info').map(({ status }) => status)).toEqual([429, undefined]);
  expect(linesAt('error')).toHaveLength(1);
});

test('a line has nothing but what is listed, and of an error no words', () => {
  const [line, broken] = linesAt('info');
  expect(line).toMatchObject(refused);
  expect(JSON.stringify(broken)).not.toContain('what a caller sent');
});
