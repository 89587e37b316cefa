// `npm run soak`: faults under load, for long. See test/server/faults/soak.ts for the arguments.
import { setUpAndRun } from './setup.mjs';

const args = process.argv.slice(2);
await setUpAndRun(args.includes('nats') ? ['nats'] : [], [['test/server/faults/soak.ts', ...args]]);
