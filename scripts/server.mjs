// `npm run server -- --data DIR --port N`: a message server from the sources. `-- --help` tells its options.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun([], [['src/server/main.ts', ...process.argv.slice(2)]]);
