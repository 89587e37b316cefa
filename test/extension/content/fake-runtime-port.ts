import type { RuntimePort } from '../../../extension/content/runtime.ts';

/** One port to the background, from the content script's side. */
export class FakeRuntimePort implements RuntimePort {
  readonly posted: Record<string, unknown>[] = [];
  open = true;
  answer: (message: unknown) => void = () => undefined;
  die: () => void = () => undefined;

  post(message: unknown): boolean {
    if (this.open) this.posted.push(message as Record<string, unknown>);
    return this.open;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.answer = listener;
  }

  onDisconnect(listener: () => void): void {
    this.die = () => {
      this.open = false;
      listener();
    };
  }

  disconnect(): void {
    this.open = false;
  }
}
