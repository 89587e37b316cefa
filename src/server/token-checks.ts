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

type Good = Pick<OpenedRequest, 'claims' | 'isConsistent'> & { readonly verified: VerifiedRequest };

/**
 * The same check with a memory of the last tokens whose signature was good, for those that are used many times: `read`
 * and `count`. What depends on the time and on the request is checked each time.
 * @param size how many are remembered
 */
export function rememberTokens(size: number): TokenCheck {
  const good = createRecent<Good>(size);
  return (token = '', check) => {
    const signature = token.slice(token.lastIndexOf('.')); // a ninth of what there is to hash for a key
    const known = good.get(signature);
    if (known?.verified.token === token) {
      checkClaims(known, check);
      return known.verified;
    }
    const opened = openRequestToken(token, check);
    const verified = checkOpenedRequest(opened, check);
    good.set(signature, { claims: opened.claims, isConsistent: opened.isConsistent, verified });
    return verified;
  };
}

/** A token that is checked once needs no memory. */
export const checkToken: TokenCheck = checkRequestToken;
