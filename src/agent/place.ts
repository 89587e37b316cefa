/**
 * Where a question comes from. A page's place is the shell's to name and to find again; these are our own views', and
 * nobody waits there for the answer.
 */
export const IMPORT = 'import';
export const SECRET_KEY = 'secret-key';

export function isFromPage(place: string): boolean {
  return place !== IMPORT && place !== SECRET_KEY;
}
