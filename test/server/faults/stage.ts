import { createClient, type Client } from './client.ts';
import { startHub } from '../hub.ts';
import { openGate, type Gate } from './gate.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { settlePeople } from './people.ts';
import { createRandom, type SeededRandom } from './random.ts';
import { createReader } from './reader.ts';
import { verify, type Findings } from './verify.ts';

/** What a fault finds when it strikes: clients at work, through the gate. */
export interface Stage {
  readonly gate: Gate;
  readonly client: Client;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  /** Until so many more deliveries are acknowledged. */
  more(acknowledged: number): Promise<void>;
}

/** Servers as processes of their own, on some store, and what can happen to them. */
export interface Deployment {
  /** What it is made of, in a line. */
  readonly about: string;
  readonly faults: readonly Fault[];
  close(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Breaks something under load, and heals it or waits until it has healed. */
  strike(stage: Stage): Promise<void>;
}

/** Starts the servers and leads the gate to them, whose URL is their origin. */
export type Deploy = (gate: Gate) => Promise<Deployment>;

/** One fault under load, and what was found when all had come to rest. */
export interface Round extends Findings {
  readonly fault: string;
  readonly ms: number;
  /** Lost by a restore, and accepted again when their senders sent them again. */
  readonly healed: number;
  /** How often clients saw each status, or none. */
  readonly answers: Readonly<Record<string, number>>;
  readonly flaws: readonly string[];
}

export interface Theatre {
  readonly about: string;
  readonly faults: readonly Fault[];
  play(fault: Fault): Promise<Round>;
  close(): Promise<void>;
}

const HANDS = 16;
const SENDERS = 4;
const RECIPIENTS = 3;

/**
 * Opens a stage that stays for all rounds: what one round left must outlive the next.
 * @param calm deliveries that are acknowledged before and after each blow, at least
 */
export async function openTheatre(deploy: Deploy, seed: number, calm: number): Promise<Theatre> {
  const random = createRandom(seed);
  const [gate, hub, ledger] = [await openGate(random), await startHub(), createLedger()];
  const client = createClient(gate.url, ledger);
  const deployment = await deploy(gate);
  const people = await settlePeople(client, hub, [SENDERS, RECIPIENTS]);
  const readers = people.recipients.map((person) => createReader(person, client, ledger, random));
  const accepted = (): number => ledger.countOf(200, 201);
  const more = (count: number): Promise<void> => {
    const enough = accepted() + count;
    return ledger.until(`${count} more acknowledged`, () => accepted() >= enough);
  };

  return {
    about: deployment.about,
    faults: deployment.faults,
    async play({ name, strike }) {
      const [started, before, healed] = [performance.now(), new Map(ledger.answers), ledger.healed];
      const load = startLoad(HANDS, people, client, ledger, random);
      for (const reader of readers) reader.start();
      await more(calm + random.below(calm));
      await strike({ gate, client, ledger, random, more });
      await more(calm);
      await load.stop();
      await Promise.all(readers.map((reader) => reader.stop()));
      const findings = await verify(readers, client, ledger);
      const answers = [...ledger.answers].map(([key, n]) => [key, n - (before.get(key) ?? 0)] as const);
      return {
        fault: name,
        ms: Math.round(performance.now() - started),
        ...findings,
        healed: ledger.healed - healed,
        answers: Object.fromEntries(answers),
        flaws: ledger.flaws.splice(0),
      };
    },
    async close() {
      await deployment.close();
      gate.close();
      hub.stop();
    },
  };
}
