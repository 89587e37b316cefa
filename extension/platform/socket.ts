/** What happens on a socket. The transports' port, by shape. */
interface SocketEvents {
  opened(): void;
  message(text: string): void;
  closed(reason: unknown): void;
}

interface Socket {
  send(text: string): void;
  close(): void;
}

/** Milliseconds: two heartbeats of the server missed, and some. */
const SILENCE = 50_000;

/** A WebSocket that is closed when nothing, not even the server's heartbeat, has come for a while. */
export function openSocket(url: string, events: SocketEvents): Socket {
  const socket = new WebSocket(url);
  const ended = new AbortController();
  const { signal } = ended;
  let watch = watchSilence();

  function watchSilence(): ReturnType<typeof setTimeout> {
    return setTimeout(() => end(new Error('the server fell silent')), SILENCE);
  }

  function close(): void {
    clearTimeout(watch);
    ended.abort();
    socket.close();
  }

  function end(reason: unknown): void {
    close();
    events.closed(reason);
  }

  socket.addEventListener('open', () => events.opened(), { signal });
  socket.addEventListener('error', () => end(new Error('the socket failed')), { signal });
  socket.addEventListener('close', ({ code }) => end(new Error(`the socket was closed (${code})`)), {
    signal,
  });
  socket.addEventListener(
    'message',
    ({ data }: MessageEvent<unknown>) => {
      clearTimeout(watch);
      watch = watchSilence();
      if (typeof data === 'string') events.message(data);
    },
    { signal },
  );

  return { close, send: (text) => socket.send(text) };
}
