// For machines without libfaketime: loaded before a program, moves its Date.now as the same file says.
import { readFileSync, watchFile } from 'node:fs';

const file = process.env['FAKETIME_TIMESTAMP_FILE'] ?? '';
const real = Date.now;
let ahead = read();

function read() {
  return Number(readFileSync(file, 'utf8')) * 1000;
}

watchFile(file, { interval: 200, persistent: false }, () => {
  ahead = read();
});
Date.now = () => real() + ahead;
