import { senderOf, SENDERS } from './people.ts';
import { serveRecords } from './records.ts';

/** The reading side of a hub, with the record of every sender. Says its URL on its first line. */

const records = await serveRecords();
for (let index = 0; index < SENDERS; index += 1)
  records.publish(senderOf(index), 'https://letterbox.example');
process.stdout.write(`${JSON.stringify({ url: records.url })}\n`);
