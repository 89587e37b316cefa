import type { Curve } from './curve.ts';
import { openEnvelope } from './ecies.ts';
import { stacksCipher, type EnvelopeCipher } from './envelope.ts';
import { LetterboxError } from './errors.ts';
import { verifyEs256k, type SignatureCheck } from './jws.ts';

/** How mail is opened and who wrote it is checked: one curve under both. */
export interface MailCrypto {
  readonly cipher: EnvelopeCipher;
  /** As fast as the cipher, once that has opened something. */
  readonly verify: SignatureCheck;
}

/**
 * Opens mail on a curve that is loaded when the first envelope comes. Where it can't be loaded, that is reported once and
 * the reference does the same, slower: mail is readable either way. Sealing is the reference's.
 */
export function createMailCrypto(load: () => Promise<Curve>, report: (error: unknown) => void): MailCrypto {
  let curve: Curve | undefined;
  let loading: Promise<void> | undefined;
  const loaded = (): Promise<void> => {
    loading ??= load().then((one) => void (curve = one), report);
    return loading;
  };

  return {
    cipher: {
      seal: (text, recipient) => stacksCipher.seal(text, recipient),
      async open(envelope, key) {
        await loaded();
        if (curve === undefined) return stacksCipher.open(envelope, key);
        try {
          return openEnvelope(curve, envelope, key);
        } catch (cause) {
          throw new LetterboxError('envelope-unreadable', { what: 'envelope' }, { cause });
        }
      },
    },
    verify: (...signed) => (curve === undefined ? verifyEs256k(...signed) : curve.verify(...signed)),
  };
}
