/** A requirement that this run gives no way to try. */
export class Untried extends Error {
  override readonly name = 'Untried';
}
