import { expect, test } from 'vitest';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { toProblem } from '../../src/protocol/problem.ts';
import { parseEventRequest, parseServerEvent } from '../../src/protocol/server-events.ts';
import { alice } from '../vectors/people.ts';
import { codeOf } from './support.ts';

test('events', async () => {
  expect(parseEventRequest('{"type":"subscribe","token":"t"}')).toEqual({ type: 'subscribe', token: 't' });
  expect(await codeOf(() => parseEventRequest('{"type":"shout"}'))).toBe('malformed');
  expect(parseServerEvent(`{"type":"hint","address":"${alice.address}","cursor":"c"}`)).toMatchObject({
    type: 'hint',
  });
  expect(parseServerEvent('{"type":"from-the-future"}')).toBeUndefined();
  expect(await codeOf(() => parseServerEvent('{"type":"hint"}'))).toBe('malformed');
});

test('a refusal tells of its problem, or is malformed', async () => {
  const problem = toProblem(new LetterboxError('token-time', { now: 7 }));
  expect(parseServerEvent(JSON.stringify({ type: 'refused', problem }))).toMatchObject({
    type: 'refused',
    problem,
  });
  for (const bad of [undefined, null, {}, { type: 'urn:letterbox:problem:moon' }]) {
    expect(await codeOf(() => parseServerEvent(JSON.stringify({ type: 'refused', problem: bad })))).toBe(
      'malformed',
    );
  }
});
