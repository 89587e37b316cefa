/** Runs something often and says what it took, each time: the last line that a one-shot program writes. */
export function sayCost(times: number, run: (times: number) => void): void {
  run(Math.ceil(times / 4)); // until compilers and caches have settled
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  run(times);
  const { user, system } = process.cpuUsage(cpu);
  const cost = { cpu: (user + system) / 1e6 / times, wall: (performance.now() - wall) / 1e3 / times };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
