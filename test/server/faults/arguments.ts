/**
 * A server on any port, whose rates and quotas are not what stops a client.
 * @param origin its own URL where absent
 */
export function serverArguments(origin = ''): string[] {
  const own = { port: '0', origin, 'stored-per-inbox': '10000000', 'lookups-per-minute': '1000000' };
  const rates = ['per-sender', 'per-inbox', 'per-network', 'enrolments', 'lookups'];
  const noRates = Object.fromEntries(rates.map((rate) => [`rate-${rate}`, '0']));
  const options = Object.entries({ ...own, ...noRates }).flatMap(([name, value]) => [`--${name}`, value]);
  return ['--allow-loopback', ...options];
}
