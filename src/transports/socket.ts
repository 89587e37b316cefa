/** A WebSocket, as the shell opens it. It also watches the heartbeat: a socket that falls silent is closed. */
export type OpenSocket = (url: string, events: SocketEvents) => Socket;

export interface Socket {
  send(text: string): void;
  /** After it no event is told any more. */
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  /** It could not be opened, or it ended; told once. */
  closed(reason: unknown): void;
}
