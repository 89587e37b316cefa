import type { Bench } from './bench.ts';
import { expectProblem } from './expect.ts';
import type { Answer } from './http.ts';

/** A token from 1970 makes a server tell its time. */
export async function askTime(bench: Bench): Promise<Answer> {
  return bench.act(await bench.person(), 'count', { claims: { iat: 1, exp: 2 } });
}

/** What time the server has just now, by the `now` of its `token-time` where it says it. Unix seconds */
export async function serverTime(bench: Bench): Promise<number> {
  const answer = await askTime(bench);
  expectProblem('a token from 1970', answer, 'token-time');
  return timeIn(answer) ?? bench.now();
}

export function timeIn({ code, json }: Answer): number | undefined {
  const now = json?.['now'];
  return code === 'token-time' && Number.isSafeInteger(now) ? (now as number) : undefined;
}
