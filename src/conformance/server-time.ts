import type { Bench } from './bench.ts';
import { ensure, expectProblem } from './expect.ts';

/** What time the server has just now, by the `now` of its `token-time`. Unix seconds */
export async function serverTime(bench: Bench): Promise<number> {
  const nobody = await bench.person();
  const answer = await bench.act(nobody, 'count', { claims: { iat: 1, exp: 2 } });
  expectProblem('a token from 1970', answer, 'token-time');
  const now = answer.json?.['now'];
  ensure(typeof now === 'number' && Number.isSafeInteger(now), 'token-time does not say the server’s now');
  return now;
}
