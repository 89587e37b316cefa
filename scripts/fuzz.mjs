// `npm run fuzz`: a hundred thousand requests that no good client sends. See test/server/fuzz/main.ts for the arguments.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun([], [['test/server/fuzz/main.ts', ...process.argv.slice(2)]]);
