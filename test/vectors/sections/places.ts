import { alice, bob, stranger } from '../people.ts';

/** Section 1: keys and addresses, and the forms of buckets, names, ids and origins. */
export function placeVectors() {
  const a = alice.address;
  return {
    section: 'docs/protocol.md#1',
    keys: [alice, bob, stranger].map(({ privateKey, publicKey, address }) => ({ privateKey, publicKey, address })),
    sessionKeys: {
      accepted: [alice.privateKey, alice.privateKey.toUpperCase(), `${alice.privateKey}01`],
      refused: ['', '01', `${alice.privateKey}02`, '00'.repeat(32), 'ff'.repeat(32), `${'01'.repeat(31)}0g`],
    },
    addresses: {
      accepted: [a, bob.address, '1111111111111111111114oLvT2'],
      refused: ['', a.slice(1), `${a}1`, a.toLowerCase(), '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 'bc1qar0srrr7xfkvy5l643'],
    },
    buckets: {
      accepted: [`https://hub.example/read/${a}/`, `https://hub.example/${a}/`, `https://hub.example:8443/a/b/${a}/`],
      refused: [
        `http://hub.example/read/${a}/`,
        `http://127.0.0.1/read/${a}/`,
        `https://hub.example/read/${a}`,
        `https://hub.example/read/${a}//`,
        `https://hub.example/read/${a}/?`,
        `https://hub.example/read/${a}/?x=1`,
        `https://hub.example/read/${a}/#`,
        `https://alice@hub.example/read/${a}/`,
        `https://HUB.example/read/${a}/`,
        `https://hub.example:443/read/${a}/`,
        `https://hub.example/read/../${a}/`,
        `https://hub.example/read/`,
        `https://hub.example/${'x'.repeat(220)}/${a}/`,
        ` https://hub.example/read/${a}/`,
        `ftp://hub.example/read/${a}/`,
      ],
    },
    names: {
      accepted: ['abc', 'alice.id.blockstack', 'bob.btc', 'a_b-c+d.id', 'a'.repeat(80)],
      refused: ['ab', 'Alice.id', 'alice id', 'a'.repeat(81), 'älice.id', 'alice.id\n', ''],
    },
    ids: {
      accepted: ['AAAAAAAAAAAAAAAAAAAAAA', 'abcdefghijklmnopqrst-_'.slice(0, 21) + 'A'],
      refused: ['', 'AAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAB', 'AAAAAAAAAAAAAAAAAAAA+A', 'AAAAAAAAAAAAAAAAAAAA=='],
    },
    origins: {
      accepted: ['https://someawesome.app', 'http://localhost:8080', 'https://app.example:8443'],
      refused: ['https://someawesome.app/', 'https://app.example:443', 'HTTPS://app.example', 'null', 'file://', 'chrome-extension://abc', 'someawesome.app', 'https://app.example/x'],
    },
  };
}
