import { expect, test } from 'vitest';
import { LetterboxError } from '../../src/protocol/errors.ts';
import {
  fromProblem,
  parseProblem,
  PROBLEMS,
  toProblem,
  type ProblemCode,
} from '../../src/protocol/problem.ts';
import { codeOf } from './support.ts';

test.each(Object.keys(PROBLEMS) as ProblemCode[])('problem %s crosses the wire', (code) => {
  const problem = toProblem(new LetterboxError(code, { now: 7 }));
  expect(problem).toMatchObject({ type: `urn:letterbox:problem:${code}`, ...PROBLEMS[code] });
  expect(fromProblem(JSON.parse(JSON.stringify(problem)), 9).code).toBe(code);
});

test('a problem says nothing of what was wrong but its code and the time', () => {
  const problem = toProblem(new LetterboxError('malformed', { what: 'body.id', problem: 'secret' }));
  expect(JSON.stringify(problem)).not.toContain('secret');
});

test.each([
  ['another prefix', { type: 'urn:something:problem:rate' }],
  ['a code from the future', { type: 'urn:letterbox:problem:moon' }],
  ['a code that every object has', { type: 'urn:letterbox:problem:toString' }],
  ['no type', {}],
  ['a list', []],
  ['token-time without the time', { type: 'urn:letterbox:problem:token-time' }],
  ['token-time with a time in words', { type: 'urn:letterbox:problem:token-time', now: 'noon' }],
])('no problem: %s', async (_, value) => {
  expect(await codeOf(() => parseProblem(value))).toBe('malformed');
});
