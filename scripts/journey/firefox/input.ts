import type { FirefoxFrame } from './frame.ts';
import { chord, typed } from './keys.ts';
import type { ElementId } from './values.ts';

/** Moves the mouse there and presses its button, in the tab brought to the front: no one clicks in one behind. */
export async function clickOn(frame: FirefoxFrame, element: ElementId): Promise<void> {
  const actions = [
    { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element } },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ];
  await act(frame, [{ type: 'pointer', id: 'mouse', actions }]);
}

/** One key, or several at once: `Shift+Tab`. */
export async function pressKey(frame: FirefoxFrame, key: string): Promise<void> {
  await act(frame, [{ type: 'key', id: 'keyboard', actions: chord(key) }]);
}

export async function typeText(frame: FirefoxFrame, text: string): Promise<void> {
  await act(frame, [{ type: 'key', id: 'keyboard', actions: typed(text) }]);
}

export async function chooseFile(
  { session, context }: FirefoxFrame,
  element: ElementId,
  path: string,
): Promise<void> {
  await session.send('input.setFiles', { context, element, files: [path] });
}

async function act({ session, context, top }: FirefoxFrame, actions: readonly object[]): Promise<void> {
  await session.send('browsingContext.activate', { context: top });
  await session.send('input.performActions', { context, actions });
}
