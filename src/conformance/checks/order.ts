import { toBase64url, type Digest } from '../../protocol/bytes.ts';
import type { Origin } from '../../protocol/ids.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import type { RequestClaims } from '../../protocol/tokens.ts';
import type { Bench } from '../bench.ts';
import { expectProblem } from '../expect.ts';
import { flipped, forge } from '../forge.ts';
import { newDeliveryId, newName, signRequest, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

/** A sending on its way to be spoiled. */
interface Sending {
  readonly from: Person;
  readonly to: Person;
  claims: Partial<RequestClaims>;
  header: object;
  signature: (bytes: Uint8Array) => Uint8Array;
  /** To be done to the world before: in the order of the steps. */
  sentBefore: boolean;
  blocked: boolean;
}

interface Step {
  readonly name: string;
  readonly answer: ProblemCode;
  fail(sending: Sending): void;
}

const HEADER = { alg: 'ES256K', typ: 'letterbox-request+jwt' };

/** In the order of docs/protocol.md#5: each is one way to fail a send, and can be had together with every later one. */
const STEPS: readonly Step[] = [
  { name: 'header', answer: 'token-invalid', fail: (one) => void (one.header = { ...HEADER, kid: '1' }) },
  {
    name: 'times',
    answer: 'token-time',
    fail: (one) => void Object.assign(one.claims, { iat: 1, exp: 301 }),
  },
  {
    name: 'aud',
    answer: 'token-audience',
    fail: (one) => void (one.claims = { ...one.claims, aud: 'https://elsewhere.example' as Origin }),
  },
  { name: 'act', answer: 'token-act', fail: (one) => void (one.claims = { ...one.claims, act: 'enrol' }) },
  {
    name: 'address',
    answer: 'token-address',
    fail: (one) => void (one.claims = { ...one.claims, sub: one.to.address, to: one.from.address }),
  },
  {
    name: 'bh',
    answer: 'token-body',
    fail: (one) => void (one.claims = { ...one.claims, bh: toBase64url(new Uint8Array(32)) as Digest }),
  },
  { name: 'signature', answer: 'token-invalid', fail: (one) => void (one.signature = flipped) },
  { name: 'enrolment', answer: 'recipient-refused', fail: () => undefined },
  { name: 'duplicate', answer: 'conflict', fail: (one) => void (one.sentBefore = true) },
  { name: 'policy', answer: 'recipient-refused', fail: (one) => void (one.blocked = true) },
  {
    name: 'look-up',
    answer: 'sender-unverified',
    fail: (one) => void (one.claims = { ...one.claims, name: newName() }),
  },
];

/** Sends what fails these steps, and only these. */
async function attempt(bench: Bench, steps: readonly Step[]) {
  const from = await bench.published();
  const enrolled = steps.every(({ name }) => name !== 'enrolment');
  const to = enrolled ? await bench.enrolled() : await bench.published();
  const sending: Sending = {
    from,
    to,
    claims: {},
    header: HEADER,
    signature: (bytes) => bytes,
    sentBefore: false,
    blocked: false,
  };
  for (const step of steps) step.fail(sending);
  const id = newDeliveryId();
  if (enrolled && sending.sentBefore)
    await bench.deliver(from, to, { id, pointer: bench.target.pointers.other });
  if (enrolled && sending.blocked) {
    await bench.act(to, 'policy', { body: { seq: 1, allowed: [], blocked: [from.address] } });
  }
  const body = { id, pointer: bench.target.pointers.one };
  const claims = bench.claims(from, 'send', { body, claims: { to: to.address, ...sending.claims } });
  const issued = signRequest(from, claims).split('.')[1] ?? '';
  const token = forge({
    header: sending.header,
    claims: Buffer.from(issued, 'base64url').toString(),
    key: from.key,
    spoil: sending.signature,
  });
  return bench.act(from, 'send', { body, token, inbox: to.address });
}

/** docs/protocol.md#5: the order of checks, each pair of them */
export const ORDER: readonly Requirement[] = STEPS.slice(0, -1).map((step, at) => {
  const later = STEPS.slice(at + 1);
  const says = `answers for ${step.name} before ${later.map(({ name }) => name).join(', ')}`;
  return requirement(`5.order.${step.name}`, says, async (bench) => {
    for (const other of later) {
      expectProblem(`${step.name} with ${other.name}`, await attempt(bench, [step, other]), step.answer);
    }
    expectProblem(`${step.name} with all later ones`, await attempt(bench, [step, ...later]), step.answer);
  });
});
