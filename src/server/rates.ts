import { LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import type { Clock } from '../protocol/ports.ts';
import { hostOf } from './host-budget.ts';
import { createHostShare } from './host-share.ts';
import { isLoopbackNetwork } from './network.ts';
import { createRate, type Rate } from './rate.ts';
import type { Standing } from './stores/store.ts';

/** A minute; 0: no limit. docs/protocol.md#6 */
export interface RateLimits {
  /** Deliveries from one sender. */
  readonly perSender: number;
  /** Deliveries to one inbox from all whom its owner allows; each counted apart, those from strangers, and its owner's own requests. */
  readonly perInbox: number;
  /** Requests from one network that carry a good token. */
  readonly perNetwork: number;
  /** Inboxes enrolled from one network. */
  readonly enrolments: number;
  /** Look-ups that one network's requests cause, and a tenth of it those of one sender. */
  readonly lookups: number;
}

export const RATES: RateLimits = {
  perSender: 120,
  perInbox: 600,
  perNetwork: 3000,
  enrolments: 120,
  lookups: 300,
};
export const NO_RATES: RateLimits = { perSender: 0, perInbox: 0, perNetwork: 0, enrolments: 0, lookups: 0 };

/** Who calls: the network that the request came from, a /24 or /48. */
type Network = string;

/** What is too much is refused with `rate`, and with `lookup-busy` where others would have to be asked. */
export interface Rates {
  /** Something that is sent, whoever sends it and whether or not it will be taken. */
  sending(network: Network, from: Address): void;
  /** Something for an inbox from a sender who was looked up: nobody who was not takes of what an inbox may get. */
  delivery(to: Address, standing: Standing): void;
  ownRequest(network: Network, inbox: Address): void;
  enrolment(network: Network): void;
  /** An event socket. */
  socket(network: Network): void;
  lookup(network: Network, from: Address): void;
  /** Of a look-up: each host's budget is for all networks, so that each has but a share of it. */
  fetch(network: Network, url: string): void;
}

/** @param hostShare fetches a minute from one host that one network's requests may cause; no limit where absent */
export function createRates(limits: RateLimits, clock: Clock, hostShare = Infinity): Rates {
  const rate = (perMinute: number): Rate => createRate(perMinute, clock);
  const [networks, senders] = [rate(limits.perNetwork), rate(limits.perSender)];
  const [contacts, strangers, owners] = [rate(limits.perInbox), rate(limits.perInbox), rate(limits.perInbox)];
  const enrolments = rate(limits.enrolments);
  const lookups = rate(limits.lookups);
  const shares = createHostShare(hostShare, clock);
  const sendersLookups = rate(Math.ceil(limits.lookups / 10));
  return {
    sending(network, from) {
      take('rate', networks, network);
      take('rate', senders, from);
    },
    delivery(to, standing) {
      take('rate', standing === 'allowed' ? contacts : strangers, to);
    },
    ownRequest(network, inbox) {
      take('rate', networks, network);
      take('rate', owners, inbox);
    },
    socket(network) {
      take('rate', networks, network);
    },
    enrolment(network) {
      take('rate', networks, network);
      take('rate', enrolments, network);
    },
    lookup(network, from) {
      take('lookup-busy', lookups, network);
      take('lookup-busy', sendersLookups, from);
    },
    fetch(network, url) {
      if (isLoopbackNetwork(network)) return; // this machine itself, or a proxy on it that hides all networks
      take('lookup-busy', shares, `${network} ${hostOf(new URL(url))}`);
    },
  };
}

function take(code: 'rate' | 'lookup-busy', rate: Rate, key: string): void {
  const after = rate(key);
  if (after > 0) throw new LetterboxError(code, { after });
}
