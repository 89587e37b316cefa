import type { Origin } from '../../src/protocol/ids.ts';

/** An app's address as a person types it: a bare host gets https, this computer's own gets http. */
export function originOf(typed: string): Origin | undefined {
  const text = typed.trim();
  if (text === '' || /\s/.test(text)) return undefined;
  const local = /^(localhost|127(\.\d{1,3}){3}|\[::1\])([:/]|$)/.test(text);
  const whole = /^https?:\/\//i.test(text) ? text : `${local ? 'http' : 'https'}://${text}`;
  return URL.canParse(whole) ? (new URL(whole).origin as Origin) : undefined;
}
