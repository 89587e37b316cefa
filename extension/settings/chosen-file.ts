import { LetterboxError } from '../../src/protocol/errors.ts';
import { HEADER_BYTES, type ReadableFile } from '../platform/export-format.ts';

/**
 * A file as it is now that the person chose it: read as that, or not at all. Chromium itself reads none that changed since;
 * Firefox reads what is there by then. Its beginning is kept: no chunk of another export opens under this one's.
 */
export async function chosenFile(file: Blob): Promise<ReadableFile> {
  const chosen = await bytesOf(file.slice(0, HEADER_BYTES)).catch(() => undefined); // then no other reading works either
  return {
    size: file.size,
    async read(start, end) {
      const bytes = await bytesOf(file.slice(start, end));
      const isOther = chosen === undefined || chosen.some((byte, at) => byte !== bytes[at]);
      if (start === 0 && isOther) throw unreadable();
      return bytes;
    },
  };
}

async function bytesOf(part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): LetterboxError {
  return new LetterboxError('file-refused', { problem: 'unreadable' }, { cause });
}
