import { readFileSync } from 'node:fs';

/**
 * Holds each bundle of the build against its budget: what one entry loads, shared chunks included, in bytes after gzip.
 * A budget is a promise to people (pages must not get slower, the worker must start fast), so it is raised by a commit of
 * its own that says why.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  // The agent with its vault and the cipher that seals its rows, and the curve twice: ours, and the one inside
  // @stacks/encryption. 4 KB are what opens mail on a third, in WebAssembly, several times as fast; 1 KB takes in many
  // letters at once, 700 bytes encrypt what is here in many rows at once, 200 show a question whose window or worker was
  // cut off, 200 ask the servers whether the clock is right before a record is dated by it, 100
  // let it sleep in Firefox, 100 renew what it listens to before that ends, 700 have nothing wait for longer than it must
  // once the network is back or the clock is right, 100 ask servers less often that say what comes, 100 open a database
  // again that the browser has closed, 700 seal inboxes and servers, too, and open
  // each of them once.
  background: 110_400,
  // libsecp256k1 in WebAssembly, as published: not in the background's script, which starts for every event, but beside
  // it, and loaded when there is mail to open.
  curve: 107_000,
  content: 2_000,
  page: 4_000,
  // 300 bytes show how far what is here is with being encrypted, to whoever waits for it; so do some of the settings'. 200
  // of each of these say who gave what can't be understood, an app, a server or a storage, and who can fix it.
  popup: 32_000,
  approve: 30_000,
  // 100 bytes more are for a server's row that shows the newest that is known.
  settings: 38_000,
  // Loaded when they are opened; what they share with the settings is counted again. 300 bytes of the data's ask once
  // more about a key whose storage did not answer, 100 tell a file that can't be read any more from one that isn't ours;
  // 100 of each save every list of registries by itself; 100 of the data's take no file that became another one.
  data: 47_900,
  'secret-key': 161_000,
  'ask-wallet': 76_000,
  // Into one page, and only where the person wants their wallet there.
  wallet: 20_000,
};

const sizes = JSON.parse(readFileSync('dist/sizes.json', 'utf8')) as Record<string, { gzip: number }>;
const names = new Set([...Object.keys(BUDGETS), ...Object.keys(sizes)]);
for (const name of names) {
  const size = sizes[name]?.gzip ?? Number.NaN;
  const budget = BUDGETS[name] ?? Number.NaN;
  const fits = size <= budget;
  if (!fits) process.exitCode = 1;
  console.log(`${fits ? '✓' : '✗'} ${name.padEnd(12)} ${size} of ${budget} bytes`);
}
