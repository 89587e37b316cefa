import type { FirefoxFrame } from './frame.ts';
import type { ElementId } from './values.ts';

/** Keys by the code points that WebDriver gives them. */
const KEYS: Readonly<Record<string, string>> = { Enter: '\uE007', Escape: '\uE00C' };

/**
 * Moves the mouse there and presses its button, in the tab brought to the front: no one clicks in one behind.
 * @returns true also where the click closed the window under it
 */
export async function clickOn(frame: FirefoxFrame, element: ElementId): Promise<boolean> {
  const actions = [
    { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element } },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ];
  await act(frame, [{ type: 'pointer', id: 'mouse', actions }]);
  return true;
}

export async function pressKey(frame: FirefoxFrame, key: string): Promise<void> {
  const value = KEYS[key] ?? key;
  const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value }));
  await act(frame, [{ type: 'key', id: 'keyboard', actions }]);
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
