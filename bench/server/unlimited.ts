const NONE = ['rate-per-sender', 'rate-per-inbox', 'rate-per-network', 'rate-enrolments', 'rate-lookups'];
const MANY = ['unknown-per-inbox', 'unknown-per-sender', 'lookups-per-minute'];

/** A server's arguments by which it refuses nothing because it was too much. */
export const UNLIMITED = [
  ...NONE.flatMap((name) => [`--${name}`, '0']),
  ...MANY.flatMap((name) => [`--${name}`, '1000000000']),
];
