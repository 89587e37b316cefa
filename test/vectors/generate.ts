/**
 * Writes the vectors of each section of docs/protocol.md, and of the vault, its rows and exported files: `node test/vectors/generate.ts`. What is signed comes out the
 * same each time (RFC 6979); what is sealed does not, so a new run changes those vectors and none of their answers.
 */
import { writeFileSync } from 'node:fs';
import { exportVectors } from './sections/export.ts';
import { messageVectors } from './sections/message.ts';
import { placeVectors } from './sections/places.ts';
import { pointerVectors } from './sections/pointer.ts';
import { recordVectors } from './sections/record.ts';
import { rowVectors } from './sections/rows.ts';
import { tokenVectors } from './sections/tokens.ts';
import { vaultVectors } from './sections/vault.ts';

const sections = {
  '1-places': placeVectors(),
  '2-record': recordVectors(),
  '3-message': await messageVectors(),
  '4-pointer': await pointerVectors(),
  '5-request-token': tokenVectors(),
  export: await exportVectors(),
  rows: rowVectors(),
  vault: await vaultVectors(),
};

for (const [section, vectors] of Object.entries(sections)) {
  writeFileSync(new URL(`${section}.json`, import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
}
