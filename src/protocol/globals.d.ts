/**
 * The few web globals that rooms without a platform may use (ARCHITECTURE: protocol, gaia, agent, transports).
 * Each exists in browsers, workers and Node alike; nothing here tells the time or makes randomness.
 * Only these rooms' projects include this file: elsewhere the platform's own typings name the same things.
 */

interface URLSearchParams {
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  toString(): string;
}

declare var URLSearchParams: {
  new (init?: string | Record<string, string>): URLSearchParams;
};

interface URL {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
}

declare var URL: {
  new (url: string, base?: string | URL): URL;
  canParse(url: string, base?: string): boolean;
  parse(url: string, base?: string): URL | null;
};

declare var TextEncoder: {
  new (): { encode(text: string): Uint8Array<ArrayBuffer> };
};

declare var TextDecoder: {
  new (
    label: 'utf-8',
    options?: { fatal?: boolean; ignoreBOM?: boolean },
  ): { decode(bytes: Uint8Array): string };
};

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare var AbortSignal: {
  any(signals: AbortSignal[]): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare var AbortController: {
  new (): AbortController;
};

/** Digests and ciphers only; random bytes come from the `Random` port. */
interface SubtleCrypto {
  digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
}

declare var crypto: { readonly subtle: SubtleCrypto };
