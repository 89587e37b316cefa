import { EVENTS } from './checks/events.ts';
import { JWS } from './checks/jws.ts';
import { LEAVE } from './checks/leave.ts';
import { LIMITS } from './checks/limits.ts';
import { LIST } from './checks/list.ts';
import { NAMES } from './checks/names.ts';
import { ORDER } from './checks/order.ts';
import { POLICY } from './checks/policy.ts';
import { PROBLEM_FORMS } from './checks/problems.ts';
import { RECIPIENT } from './checks/recipient.ts';
import { RECORD } from './checks/record.ts';
import { SEND } from './checks/send.ts';
import { SENDER } from './checks/sender.ts';
import { TOKEN } from './checks/token.ts';
import { WEB } from './checks/web.ts';
import type { Requirement } from './requirement.ts';

/** All that docs/protocol.md asks of a server and that can be told from outside, in the order of its sections. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...JWS,
  ...RECORD,
  ...TOKEN,
  ...ORDER,
  ...RECIPIENT,
  ...SENDER,
  ...NAMES,
  ...LEAVE,
  ...WEB,
  ...PROBLEM_FORMS,
  ...SEND,
  ...LIST,
  ...POLICY,
  ...LIMITS,
  ...EVENTS,
];
