import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';

/**
 * What a look-up's failure is to the caller: an answer that speaks against somebody is final, no answer is not.
 * @param refusal what the request is refused with then
 * @returns for `catch`; throws `lookup-busy`, `unavailable`, the refusal, or what is no error of ours
 */
export function unlessAnswered(refusal: (cause: unknown) => LetterboxError): (error: unknown) => never {
  return (error) => {
    if (isLetterboxError(error, 'lookup-busy')) throw error;
    if (isLetterboxError(error, 'unreachable')) throw new LetterboxError('unavailable', {});
    if (isLetterboxError(error)) throw refusal(error);
    throw error;
  };
}
