// `npm run world`: the world alone, without browsers. See src/devnet/main.ts for the arguments.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun([], [['src/devnet/main.ts', ...process.argv.slice(2)]]);
