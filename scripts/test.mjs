// `npm test`: every check and every test, in lanes side by side. See scripts/lanes.ts.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun(['chromium', 'firefox', 'nats', 'screen'], [['scripts/lanes.ts']]);
