import { HubError } from './hub-error.ts';
import type { HubFile } from './hub-path.ts';
import type { HubStorage } from './hub-storage.ts';

/** Where a hub remembers, readable for all, from when on a bucket's tokens count. */
function place(address: string): HubFile {
  return { bucket: `${address}-auth`, path: 'authTimestamp' };
}

/** Unix seconds before which the bucket's tokens are revoked; 0 if none are. */
export async function oldestValidToken(storage: HubStorage, address: string): Promise<number> {
  const file = await storage.read(place(address));
  if (file === null) return 0;
  const text = file.content.toString();
  if (!/^\d{1,16}$/.test(text))
    throw new HubError('ValidationError', 'The bucket’s revocation time cannot be read');
  return Number(text);
}

/** Revokes every token issued before `timestamp` (Unix seconds). An earlier time than the one in force changes nothing. */
export async function revokeBefore(storage: HubStorage, address: string, timestamp: number): Promise<void> {
  if ((await oldestValidToken(storage, address)) > timestamp) return;
  await storage.write(place(address), 'text/plain; charset=UTF-8', Buffer.from(String(timestamp)));
}
