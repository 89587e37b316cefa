/** SQLite prepares a statement anew for each value of a bare `LIMIT ?`, which takes ten times as long as to run it. */
export const BY_VALUE = '? + 0';
