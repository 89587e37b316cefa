import { request as requestHttp, type ClientRequest } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Call } from './http.ts';

const CHUNK = Buffer.alloc(64 * 1024, ' ');
const STALLED_MS = 2000;

/** How far a server reads a body that does not end. */
export interface Poured {
  /** Bytes that the server's side took, its and this machine's buffers included. */
  readonly taken: number;
  readonly status: number | undefined;
}

/** Writes until the server closes, stops reading, or has taken `enough` bytes. */
export function pour(url: string, { method, path, headers = {} }: Call, enough: number): Promise<Poured> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    let taken = 0;
    let status: number | undefined;
    const outgoing: ClientRequest = request(`${url}${path}`, { agent: false, method, headers });
    const end = (): void => {
      clearTimeout(stalled);
      outgoing.destroy();
      resolve({ taken, status });
    };
    const stalled = setTimeout(end, STALLED_MS);
    const write = (): void => {
      outgoing.write(CHUNK, (error) => {
        if (error) return;
        taken += CHUNK.length;
        stalled.refresh();
        if (taken >= enough) end();
        else write();
      });
    };
    outgoing.on('error', end);
    outgoing.on('close', end);
    outgoing.once('response', (response) => {
      status = response.statusCode;
      response.resume();
    });
    write();
  });
}

/** Announces a body, sends none of it, and takes what is answered. @returns its status, undefined where there is none */
export function announce(
  url: string,
  { method, path, headers = {} }: Call,
  length: number,
): Promise<number | undefined> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const outgoing = request(`${url}${path}`, {
      agent: false,
      method,
      headers: { ...headers, 'content-length': String(length) },
    });
    const end = (status?: number): void => {
      clearTimeout(late);
      outgoing.destroy();
      resolve(status);
    };
    const late = setTimeout(end, 5000);
    outgoing.on('error', () => end());
    outgoing.once('response', (response) => end(response.statusCode));
    outgoing.flushHeaders();
  });
}
