import { describe, expect, test } from 'vitest';
import { byAllowlist, byInvite, parseAllowlist, type Admissions } from '../../src/server/admission.ts';
import { createInvite } from '../../src/server/invites.ts';
import { createHarness, problemOf, request, type Harness } from './harness.ts';
import { createPerson, START, type Person } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const RENEWED = (START + 1) * 1000;
const carol = createPerson('carol');
const key = new Uint8Array(32).fill(7);

async function enrol({ server }: Harness, person: Person, invite?: string): Promise<string> {
  const record = person.record();
  const asked = request('PUT', `/v1/inboxes/${person.address}`, person.token('enrol', record), record);
  if (invite !== undefined) asked.headers.set('letterbox-invite', invite);
  const response = await server.fetch(asked);
  return response.status === 204 ? '204' : problemOf(response);
}

async function modeOf(admissions?: Admissions): Promise<unknown> {
  const { server } = createHarness(admissions === undefined ? {} : { admissions });
  const info = (await (await server.fetch(request('GET', '/v1/server'))).json()) as { admission: unknown };
  return info.admission;
}

test('the server says how it admits', async () => {
  expect(await modeOf()).toBe('open');
  expect(await modeOf(byInvite(key))).toBe('invite');
  expect(await modeOf(byAllowlist(() => Promise.resolve('')))).toBe('allowlist');
});

describe('by invite', () => {
  const harnessOf = (): Harness => createHarness({ admissions: byInvite(key) });
  const invite = (uses: number, exp = START + 100): string => createInvite({ id: 'one', uses, exp }, key);

  test('a code opens an inbox, once for each of its uses; renewing takes none', async () => {
    const harness = harnessOf();
    expect(await enrol(harness, alice)).toBe('403 not-admitted');
    expect(await enrol(harness, alice, invite(1))).toBe('204');
    expect(await enrol(harness, bob, invite(1))).toBe('403 not-admitted');
    expect(await enrol(harness, alice)).toBe('204');
    expect(await enrol(harness, alice, 'nonsense')).toBe('204');
    expect(harness.failures).toEqual([]);
  });

  test('one that has run out, that another made, or nonsense opens none', async () => {
    const harness = harnessOf();
    const other = createInvite({ id: 'one', uses: 1, exp: START + 100 }, new Uint8Array(32).fill(8));
    for (const code of [invite(1, START), other, 'nonsense', '']) {
      expect(await enrol(harness, alice, code)).toBe('403 not-admitted');
    }
    expect(await harness.store.inbox(alice.address)).toBeUndefined();
  });
});

describe('by allowlist', () => {
  test('who is on the list as it is at that moment', async () => {
    let list = `# friends\n${alice.address} # Alice\n\n`;
    const harness = createHarness({ admissions: byAllowlist(() => Promise.resolve(list)) });
    expect(await enrol(harness, alice)).toBe('204');
    expect(await enrol(harness, bob)).toBe('403 not-admitted');
    list = bob.address;
    expect(await enrol(harness, bob)).toBe('204');
    expect(await enrol(harness, alice)).toBe('204'); // hers is there already
    expect(await enrol(harness, carol)).toBe('403 not-admitted');
  });

  test.each([
    ['cannot be read', () => Promise.reject(new Error('gone'))],
    ['has a line that is no address', () => Promise.resolve(`${alice.address}\nnonsense`)],
  ])('a list that %s is the operator’s matter, and stops new inboxes only', async (_what, broken) => {
    let read: () => Promise<string> = () => Promise.resolve(alice.address);
    const harness = createHarness({ admissions: byAllowlist(() => read()) });
    expect(await enrol(harness, alice)).toBe('204');
    read = broken;
    expect(await enrol(harness, bob)).toBe('503 unavailable');
    expect(harness.failures).toHaveLength(1);
    harness.time.pass(1);
    const renewed = alice.record({ seq: RENEWED });
    expect((await harness.enrol(alice, renewed)).status).toBe(204);
    expect((await harness.store.inbox(alice.address))?.seq).toBe(RENEWED);
    expect(harness.failures).toHaveLength(2); // who operates it hears of it
    read = () => Promise.resolve(bob.address);
    expect(await enrol(harness, bob)).toBe('204');
  });

  test('a line that is no address is refused', () => {
    expect(() => parseAllowlist(`${alice.address}\nnonsense`)).toThrow('malformed');
    expect(parseAllowlist(`\r\n ${alice.address} \r\n`)).toEqual(new Map([[alice.address, {}]]));
    expect(parseAllowlist(`${alice.address} 500 # pays`)).toEqual(
      new Map([[alice.address, { stored: 500 }]]),
    );
    for (const plan of ['0', '-1', '1.5', 'many', '5 6', '1234567890'])
      expect(() => parseAllowlist(`${alice.address} ${plan}`)).toThrow('malformed');
  });
});
