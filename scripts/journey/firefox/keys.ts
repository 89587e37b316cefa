/** Keys by the code points that WebDriver gives them. https://w3c.github.io/webdriver/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
};

interface KeyAction {
  readonly type: 'keyDown' | 'keyUp';
  readonly value: string;
}

/** Down in the order in which they are named, and up in the other one. */
export function chord(named: string): KeyAction[] {
  const values = named.split('+').map(keyOf);
  return [
    ...values.map((value) => ({ type: 'keyDown', value }) as const),
    ...values.toReversed().map((value) => ({ type: 'keyUp', value }) as const),
  ];
}

/** One key after the other. */
export function typed(text: string): KeyAction[] {
  return Array.from(text, (value) => [
    { type: 'keyDown', value } as const,
    { type: 'keyUp', value } as const,
  ]).flat();
}

function keyOf(name: string): string {
  const key = KEYS[name] ?? name;
  if (key.length !== 1) throw new TypeError(`no key is called ${name}`);
  return key;
}
