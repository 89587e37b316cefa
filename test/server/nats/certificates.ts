import { randomBytes } from 'node:crypto';
import forge, { type pki } from 'node-forge';

/** An authority of its own, which no machine trusts. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** @param valid in days from now */
  issue(host: string, valid?: Validity): Certified;
}

/** PEM, both. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

interface Validity {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const TODAY: Validity = { from: 0, to: 1 };
const ADDRESS = /^[\d.]+$|:/;
/** Of an alternative name, https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6 */
const [DNS_NAME, IP_ADDRESS] = [2, 7];

export function createAuthority(name: string): Authority {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const issuer = subjectOf(name);
  const own = createCertificate(keys.publicKey, issuer, TODAY);
  own.setIssuer(issuer);
  own.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  own.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(own),
    issue(host, valid = TODAY) {
      const { publicKey, privateKey } = forge.pki.rsa.generateKeyPair(2048);
      const certificate = createCertificate(publicKey, subjectOf('nats'), valid);
      certificate.setIssuer(issuer);
      const altName = ADDRESS.test(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host };
      certificate.setExtensions([{ name: 'subjectAltName', altNames: [altName] }]);
      certificate.sign(keys.privateKey, forge.md.sha256.create());
      return {
        certificate: forge.pki.certificateToPem(certificate),
        key: forge.pki.privateKeyToPem(privateKey),
      };
    },
  };
}

const subjectOf = (value: string): pki.CertificateField[] => [{ name: 'commonName', value }];

function createCertificate(
  publicKey: pki.PublicKey,
  subject: pki.CertificateField[],
  valid: Validity,
): pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() + valid.from * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + valid.to * DAY_MS);
  certificate.setSubject(subject);
  return certificate;
}
