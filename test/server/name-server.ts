import { createSocket, type RemoteInfo } from 'node:dgram';
import { onTestFinished } from 'vitest';

/** What a name server says of a name: addresses of each family, that there is no such name, or nothing at all. */
export type Said =
  | { readonly A?: readonly string[]; readonly AAAA?: readonly string[] }
  | 'no such name'
  | 'nothing';

const [A, AAAA] = [1, 28];
const NO_SUCH_NAME = 3;

/** A real one, over UDP on loopback, that says what it is told to, and keeps what it was asked. RFC 1035 */
export async function startNameServer(say: (name: string, asked: number) => Said) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, end } = nameIn(query);
    const said = say(name, asked.filter((one) => one === name).length);
    asked.push(name);
    if (said !== 'nothing') socket.send(answerTo(query, end, said), from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void socket.close());
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

/** Labels from byte 12 on; behind them type and class. */
function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

function answerTo(query: Buffer, end: number, said: Exclude<Said, 'nothing'>): Buffer {
  const type = query.readUInt16BE(end - 4);
  const found = said === 'no such name' ? [] : ((type === A ? said.A : type === AAAA ? said.AAAA : []) ?? []);
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 + (said === 'no such name' ? NO_SUCH_NAME : 0), 2);
  head.writeUInt16BE(found.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, end), ...found.map((address) => recordOf(type, address))]);
}

function recordOf(type: number, address: string): Buffer {
  const data = type === A ? Buffer.from(address.split('.').map(Number)) : bytesOfV6(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name that was asked for
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10); // and 0 seconds to live
  return Buffer.concat([head, data]);
}

/** Written out in full. */
function bytesOfV6(address: string): Buffer {
  return Buffer.from(
    address
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}
