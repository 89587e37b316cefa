/** How large the numbers are that stand for something in a place of `entries`: see places-step.ts. */
export interface Bits {
  /** An inbox's slot. Of a million inboxes some 200 find theirs taken, of ten million one in 400. */
  readonly slot: number;
  /** In a delivery's key, its sender, */
  readonly sender: number;
  /** and its ID. Of a thousand deliveries from one sender in one inbox some eight find their key's place taken. */
  readonly id: number;
}

/** A place is a row's number: 63 bits. */
export const BITS: Bits = { slot: 31, sender: 15, id: 16 };
