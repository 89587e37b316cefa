// `npm run conformance -- URL`: holds any message server against the protocol. See src/conformance/main.ts for the arguments.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun([], [['src/conformance/main.ts', ...process.argv.slice(2)]]);
