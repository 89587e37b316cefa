import {
  checkClaims,
  checkOpenedRequest,
  checkRequestToken,
  openRequestToken,
  type OpenedRequest,
  type RequestCheck,
  type VerifiedRequest,
} from '../protocol/tokens.ts';
import { createRecent } from './recent.ts';

/** The check of a request's token. docs/protocol.md#5 */
export type TokenCheck = (token: string | undefined, check: RequestCheck) => VerifiedRequest;

/**
 * The same check with a memory of the last tokens whose signature was good, for those that are used many times: `read`
 * and `count`. What depends on the time and on the request is checked each time.
 * @param size how many are remembered
 */
export function rememberTokens(size: number): TokenCheck {
  const good = createRecent<{ readonly opened: OpenedRequest; readonly verified: VerifiedRequest }>(size);
  return (token = '', check) => {
    const known = good.get(token);
    if (known !== undefined) {
      checkClaims(known.opened, check);
      return known.verified;
    }
    const opened = openRequestToken(token, check);
    const verified = checkOpenedRequest(opened, check);
    good.set(token, { opened, verified });
    return verified;
  };
}

/** A token that is checked once needs no memory. */
export const checkToken: TokenCheck = checkRequestToken;
