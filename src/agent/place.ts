/**
 * Where a question comes from. A page's place is the shell's to name and to find again; these are not pages', and nobody
 * waits there for the answer.
 */
export const IMPORT = 'import';

export function isFromPage(place: string): boolean {
  return place !== IMPORT;
}
