import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAtomically } from './ports.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

/**
 * `npm run world -- --json FILE`: the world alone, without browsers, until it is stopped (SIGINT, SIGTERM).
 *
 * `--json FILE` gets `{server, hub, registry, apps}` once everything answers; `--data DIR` keeps the world between
 * starts; `--hub URL` and `--server URL` use ones that run already. `--btc` gives people names of BNSv2, like `bob.btc`.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    data: { type: 'string' },
    hub: { type: 'string' },
    server: { type: 'string' },
    btc: { type: 'boolean', default: false },
  },
});

const stopped = Promise.withResolvers<null>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped.resolve(null);
  });
}
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stopped.resolve(null); // whoever started it is gone and will not stop it
}, 500).unref();

const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'letterbox-world-')));
const world = await startWorld({
  dataDir,
  ...(values.hub !== undefined && { hubUrl: values.hub }),
  ...(values.server !== undefined && { serverUrl: values.server }),
  ...(values.btc && { names: { alice: 'alice.btc', bob: 'bob.btc' } }),
});
const { server, hub, registry, apps } = world;
if (values.json !== undefined) {
  await writeAtomically(values.json, `${JSON.stringify({ server, hub, registry, apps }, null, 2)}\n`);
}
announce(world);
await stopped.promise;
await world.stop();
if (values.data === undefined) await rm(dataDir, { recursive: true });

function announce({ people, wallet }: World): void {
  console.log(`
  Letterbox world, for development, on this machine only

    Postcard          ${apps[0]}
    Noughts by mail   ${apps[1]}
    message server    ${server}
    Gaia hub          ${hub}
    name registry     ${registry}  (of .btc names too)
    wallet            ${wallet}  (published test keys: nothing of value belongs under them)

    People            ${people.alice.name}, ${people.bob.name}
    Data              ${values.data ?? 'temporary; --data DIR keeps it'}

  Ctrl+C stops it.
`);
}
