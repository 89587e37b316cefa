// `npm run pack`: the extension as the stores take it, dist/letterbox-VERSION-{chromium,firefox}.zip. See scripts/pack.ts.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun([], [['scripts/build.ts'], ['scripts/pack.ts']]);
