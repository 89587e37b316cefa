import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { launched } from '../running.ts';
import { describe } from './ledger.ts';
import { deployNats } from './nats.ts';
import { deploySqlite } from './sqlite.ts';
import { openTheatre, type Deploy, type Round, type Theatre } from './stage.ts';
import { isClean } from './verify.ts';

/**
 * `npm run soak -- [--rounds N] [--seed N] [--store sqlite|nats] [--only FAULT] [--json FILE]`: every fault, or the one, in
 * each round, one after the other, on servers that are processes of their own, under load. Exits with 1 where anything was lost, came twice, was
 * skipped or miscounted.
 */

const STORES: Readonly<Record<string, Deploy>> = { sqlite: deploySqlite, nats: deployNats };
const USAGE = `Usage: npm run soak -- [--rounds N] [--seed N] [--store ${Object.keys(STORES).join('|')}] [--only FAULT] [--json FILE]\n`;
const CALM = 100;

process.on('exit', () => {
  for (const child of launched) child.kill('SIGKILL');
});
process.exitCode = await main();

async function main(): Promise<number> {
  const options = read();
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { deploy, store, rounds, seed, only, json } = options;
  const theatre = await openTheatre(deploy, seed, CALM);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void theatre.close().then(() => process.exit(1)));
  }
  say(`${theatre.about}; ${rounds} rounds, seed ${seed}`);
  let played: Round[];
  try {
    played = await playAll(theatre, rounds, only);
  } finally {
    await theatre.close();
  }
  const total = summary(played);
  say(total.line);
  if (json !== undefined) {
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, `${JSON.stringify({ store, seed, rounds: played }, null, 2)}\n`);
  }
  return total.isClean ? 0 : 1;
}

async function playAll(theatre: Theatre, rounds: number, only: string | undefined): Promise<Round[]> {
  const faults = theatre.faults.filter(({ name }) => only === undefined || name === only);
  if (faults.length === 0)
    throw new Error(`no such fault: ${theatre.faults.map(({ name }) => name).join(', ')}`);
  const played: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const fault of faults) {
      const result = await theatre.play(fault);
      played.push(result);
      say(`${String(round).padStart(2)}  ${line(result)}`);
    }
  }
  return played;
}

function read() {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { rounds: string, seed: string, store: string, only: string, json: string },
  });
  const { store = 'sqlite', only, json } = values;
  const [rounds, seed] = [Number(values.rounds ?? 20), Number(values.seed ?? Date.now() % 2 ** 32)];
  const deploy = Object.hasOwn(STORES, store) ? STORES[store] : undefined;
  if (deploy === undefined || !(rounds >= 1) || !Number.isSafeInteger(seed)) return undefined;
  return { store, deploy, rounds, seed, only, json };
}

function line({ fault, ms, acknowledged, flaws, answers, ...rest }: Round): string {
  const { lost, duplicated, skipped, miscounted, healed } = rest;
  const found = `${acknowledged} acknowledged, ${lost} lost, ${duplicated} duplicated, ${skipped} skipped, ${miscounted} miscounted`;
  const more = healed > 0 ? `, ${healed} healed` : '';
  return [
    `${fault.padEnd(16)} ${(ms / 1000).toFixed(1).padStart(5)} s  ${found}${more}  (${describe(answers)})`,
    ...flaws,
  ].join('\n    ');
}

/** The last round's findings are of all rounds: the inboxes stay. */
function summary(played: readonly Round[]) {
  const last = played.at(-1);
  const sum = (of: (round: Round) => number): number => played.reduce((total, round) => total + of(round), 0);
  const accepted = sum(({ answers }) => (answers['201'] ?? 0) + (answers['200'] ?? 0));
  const unclean = played.filter((round) => !isClean(round) || round.flaws.length > 0).length;
  const text = `${played.length} faults, ${last?.acknowledged ?? 0} acknowledged and there at the end`;
  return {
    isClean: unclean === 0,
    line: `${text}, ${sum(({ healed }) => healed)} lost by restores and healed, ${accepted} answers 200 or 201; ${unclean} faults left a trace`,
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
