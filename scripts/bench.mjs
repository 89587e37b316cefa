// `npm run bench -- AREA [--json FILE]`. See bench/run.ts.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun(['chromium', 'nats'], [['bench/run.ts', ...process.argv.slice(2)]]);
