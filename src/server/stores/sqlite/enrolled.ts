import type { Digest } from '../../../protocol/bytes.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { Inbox } from '../store.ts';

/** An inbox and what goes with it, but for what lies in it. */
export interface Enrolled {
  /** Its slot. */
  readonly id: number;
  /** Never given twice: cursors carry it. */
  readonly generation: number;
  /** How much it keeps of contacts, where that is not `StoreLimits.stored`. */
  readonly storedLimit: number | undefined;
  /** The last in which its owner said whom they allow or block. */
  readonly policy: { readonly seq: number; readonly digest: Digest } | undefined;
  readonly inbox: Inbox;
}

/** As it stands in the inbox's row, beside its slot, the address and `exp`. */
export type EnrolledRow = readonly [id: number, address: Address, exp: number, record: string];

/** An array, since a row of as many columns takes longer to read, and each column takes space in all other rows. */
type Packed = [
  generation: number,
  storedLimit: number | null,
  policySeq: number | null,
  policyDigest: Digest | null,
  app: Inbox['app'],
  bucket: Inbox['bucket'],
  unknown: Inbox['unknown'],
  seq: number,
  digest: Digest,
  confirmed: number | null,
  frozen: 0 | 1,
];

export function packEnrolled({ id, generation, storedLimit, policy, inbox }: Enrolled): EnrolledRow {
  const { address, exp, app, bucket, unknown, seq, digest, confirmed, frozen } = inbox;
  const packed: Packed = [
    generation,
    storedLimit ?? null,
    policy?.seq ?? null,
    policy?.digest ?? null,
    app,
    bucket,
    unknown,
    seq,
    digest,
    confirmed ?? null,
    frozen ? 1 : 0,
  ];
  return [id, address, exp, JSON.stringify(packed)];
}

export function unpackEnrolled([id, address, exp, record]: EnrolledRow): Enrolled {
  const [generation, storedLimit, policySeq, policyDigest, ...inbox] = JSON.parse(record) as Packed;
  const [app, bucket, unknown, seq, digest, confirmed, frozen] = inbox;
  return {
    id,
    generation,
    storedLimit: storedLimit ?? undefined,
    policy:
      policySeq === null || policyDigest === null ? undefined : { seq: policySeq, digest: policyDigest },
    inbox: {
      address,
      exp,
      app,
      bucket,
      unknown,
      seq,
      digest,
      confirmed: confirmed ?? undefined,
      frozen: frozen === 1,
    },
  };
}
