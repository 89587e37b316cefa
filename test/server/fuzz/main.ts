import { parseArgs } from 'node:util';
import { launched } from '../running.ts';
import { judge } from './judge.ts';
import { storm } from './storm.ts';

/** `npm run fuzz -- [--requests N] [--seed N]`: exits with 1 where the server did what it may not. */

process.on('exit', () => {
  for (const child of launched) child.kill('SIGKILL');
});

const string = { type: 'string' } as const;
const { values } = parseArgs({ options: { requests: string, seed: string } });
const [requests, seed] = [Number(values.requests ?? 100_000), Number(values.seed ?? Date.now() % 2 ** 31)];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (requests >= 1 && Number.isSafeInteger(seed)) {
  say(`seed ${seed}`);
  const report = await storm(requests, seed, say);
  const wrong = judge(report);
  say(JSON.stringify({ ...report, memory: undefined, flaws: undefined }, null, 2));
  say(wrong.length === 0 ? 'nothing wrong' : wrong.join('\n'));
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  process.stderr.write('Usage: npm run fuzz -- [--requests N] [--seed N]\n');
  process.exitCode = 2;
}
