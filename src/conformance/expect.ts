import type { JsonObject } from '../protocol/json.ts';
import { PROBLEMS, type ProblemCode } from '../protocol/problem.ts';
import type { Answer } from './http.ts';

/** The server did otherwise than the protocol says. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** @throws Unmet that says what was seen */
export function ensure(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Unmet(otherwise);
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  ensure(is === should, `${what}: ${should} expected, ${is} found`);
}

export function expectStatus(what: string, answer: Answer, ...statuses: readonly number[]): void {
  ensure(
    statuses.includes(answer.status),
    `${what}: ${statuses.join(' or ')} expected, ${describe(answer)} found`,
  );
}

/** One of these problems, by its status and type; the rest of its form is section 6's own requirement. */
export function expectProblem(what: string, answer: Answer, ...codes: readonly ProblemCode[]): void {
  const holds = codes.some((code) => answer.code === code && answer.status === PROBLEMS[code].status);
  const expected = codes.map((code) => `${PROBLEMS[code].status} ${code}`).join(' or ');
  ensure(holds, `${what}: ${expected} expected, ${describe(answer)} found`);
}

/** A success whose body is a JSON object. */
export function expectJson(what: string, answer: Answer, status = 200): JsonObject {
  expectStatus(what, answer, status);
  ensure(answer.json !== undefined, `${what}: a JSON object expected`);
  return answer.json;
}

/** What was answered, in a few words. */
export function describe({ status, code }: Answer): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}
