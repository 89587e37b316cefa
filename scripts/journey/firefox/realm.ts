import type { Session } from './session.ts';
import { carried, received } from './values.ts';

/** A world of scripts in a document: the page's own, or a sandbox beside it that sees the same document. */
export interface Realm {
  readonly context: string;
  readonly sandbox?: string;
}

interface Answer {
  readonly type: string;
  readonly result?: unknown;
  readonly exceptionDetails?: { readonly text: string };
}

/**
 * Calls a function there, by its source, and waits for what it promises.
 * @throws Error what it throws, as text
 */
export async function callIn(
  session: Session,
  target: Realm,
  source: string,
  args: readonly unknown[] = [],
): Promise<unknown> {
  const answer = (await session.send('script.callFunction', {
    functionDeclaration: source,
    arguments: args.map(carried),
    target,
    awaitPromise: true,
  })) as unknown as Answer;
  if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? 'it threw');
  return received(answer.result);
}
