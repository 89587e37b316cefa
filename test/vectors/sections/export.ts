import { sealLines } from '../../../extension/platform/export-format.ts';
import { digest, toHex } from '../../../src/protocol/bytes.ts';
import { collect } from '../collect.ts';

/**
 * Exported files: a short one as it is, and one of three chunks by its digest, since a vector should fit on a page. Its
 * lines are those of the member `repeated`, over and over. docs/export.md
 */
export async function exportVectors() {
  const passphrase = 'four quiet herons ﬂy'; // one character of it is two in NFKC
  const lines = ['{"kind":"export","version":1,"at":1800000000}', '{"kind":"draft","key":"a","text":"Ünd?"}'];
  const repeated = { line: 'x'.repeat(999), times: 600 };
  const long = Array.from({ length: repeated.times }, () => repeated.line);
  return {
    passphrase,
    normalized: passphrase.normalize('NFKC'),
    lines,
    file: toHex(await fileOf(passphrase, lines)),
    repeated: { ...repeated, sha256: digest(await fileOf(passphrase, long)) },
  };
}

async function fileOf(passphrase: string, lines: readonly string[]): Promise<Uint8Array> {
  const parts = await collect(sealLines(passphrase, lines, counting()));
  return new Uint8Array(Buffer.concat(parts));
}

/** The same bytes in each run. */
function counting() {
  let next = 0;
  return { bytes: (length: number) => Uint8Array.from({ length }, () => next++ % 256) };
}
