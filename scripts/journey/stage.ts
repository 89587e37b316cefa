import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { startAccessLog, type AccessLog } from './access-log.ts';
import type { BrowserOptions, Launch } from './browser.ts';
import { launchChromium } from './chromium.ts';
import { Person } from './person.ts';

export interface StageOptions {
  readonly headless: boolean;
  /** A Gaia hub and a message server that already run. */
  readonly hub?: string;
  readonly server?: string;
  /** Another browser than Chromium. */
  readonly launch?: Launch;
}

/** Where a journey is played: one world, Alice's browser and Bob's. What is started here is ended by `close`. */
export class Stage {
  readonly options: StageOptions;
  readonly #ends: (() => Promise<void>)[] = [];
  #world: World | undefined;
  #log: AccessLog | undefined;
  #people: { alice: Person; bob: Person } | undefined;

  constructor(options: StageOptions) {
    this.options = options;
  }

  get world(): World {
    return started(this.#world, 'the world');
  }

  get alice(): Person {
    return started(this.#people, 'Alice’s browser').alice;
  }

  get bob(): Person {
    return started(this.#people, 'Bob’s browser').bob;
  }

  get people(): readonly [alice: Person, bob: Person] {
    return [this.alice, this.bob];
  }

  /** What was asked of the embedded hub; undefined where the hub is another's. */
  get hubLog(): AccessLog | undefined {
    return this.#log;
  }

  async startWorld(): Promise<void> {
    const { hub, server } = this.options;
    const dataDir = await mkdtemp(join(tmpdir(), 'letterbox-journey-'));
    this.#ends.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    if (hub === undefined) {
      const log = startAccessLog();
      this.#log = log;
      this.#ends.push(async () => log.stop());
    }
    const world = await startWorld({
      dataDir,
      ...(hub === undefined ? {} : { hubUrl: hub }),
      ...(server === undefined ? {} : { serverUrl: server }),
    });
    this.#world = world;
    this.#ends.push(world.stop);
  }

  async startBrowsers(): Promise<void> {
    const [alice, bob] = await Promise.all([this.#startPerson('alice', 0), this.#startPerson('bob', 1)]);
    this.#people = { alice, bob };
  }

  /**
   * Closes everything, last first, whatever else fails; safe to call again.
   * @throws AggregateError of all that failed
   */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const end of this.#ends.splice(0).toReversed()) {
      try {
        await end();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
  }

  async #startPerson(id: 'alice' | 'bob', place: number): Promise<Person> {
    const { launch = launchChromium } = this.options;
    const { displayName, name } = this.world.people[id];
    const browser = await launch({ ...this.#browserOptions(), window: windowAt(place) });
    this.#ends.push(() => browser.close());
    return new Person(displayName, name, browser);
  }

  #browserOptions(): BrowserOptions {
    const { headless, hub, server } = this.options;
    const hosts = [hub, server].flatMap((url) => (url === undefined ? [] : [new URL(url).hostname]));
    return { headless, hosts };
  }
}

/** Side by side. */
function windowAt(place: number) {
  const width = 900;
  return { x: place * (width + 20), y: 40, width, height: 860 };
}

function started<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} was not started`);
  return value;
}
