import {
  checkOpenedRequest,
  checkRequestToken,
  openRequestToken,
  type OpenedRequest,
  type RequestCheck,
  type VerifiedRequest,
} from '../protocol/tokens.ts';

/** The check of a request's token. docs/protocol.md#5 */
export type TokenCheck = (token: string | undefined, check: RequestCheck) => VerifiedRequest;

/**
 * The same check with a memory of the last tokens whose signature was good, for those that are used many times: `read`
 * and `count`. What depends on the time and on the request is checked each time.
 * @param size how many are remembered
 */
export function rememberTokens(size: number): TokenCheck {
  const good = new Map<string, OpenedRequest>(); // in the order of their last use
  return (token = '', check) => {
    const known = good.get(token);
    const opened = known ?? openRequestToken(token, check);
    const verified = checkOpenedRequest(opened, known === undefined ? check : { ...check, verify: isGood });
    good.delete(token);
    good.set(token, opened);
    if (good.size > size) forgetOldest(good);
    return verified;
  };
}

/** A token that is checked once needs no memory. */
export const checkToken: TokenCheck = checkRequestToken;

const isGood = (): boolean => true;

function forgetOldest(good: Map<string, unknown>): void {
  for (const token of good.keys()) {
    good.delete(token);
    return;
  }
}
