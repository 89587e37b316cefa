// `npm start`: a world on loopback and two people's browsers in it. See scripts/world-windows.ts for the arguments.
import { setUpAndRun } from './setup.mjs';

await setUpAndRun(
  ['chromium'],
  [['scripts/build.ts'], ['scripts/world-windows.ts', ...process.argv.slice(2)]],
);
