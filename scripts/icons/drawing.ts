/** Mail waits or not; grey: no key is at hand. */
export const STATES = ['mail', 'bare', 'mail-grey', 'bare-grey'] as const;
export type IconState = (typeof STATES)[number];

interface Colours {
  readonly box: string;
  readonly slot: string;
}

const GREEN: Colours = { box: '#17936d', slot: '#063526' };
const GREY: Colours = { box: '#7c8782', slot: '#2a312e' };

/** Room around the box at each size, in units of the box's 120. Small icons need every pixel. */
const MARGINS: Readonly<Record<number, number>> = { 32: 2, 48: 2, 128: 4 };

/** The icon as SVG for one size in pixels. 16 has a drawing of its own, on whole pixels. */
export function iconSvg(state: IconState, size: number): string {
  const colours = state.endsWith('-grey') ? GREY : GREEN;
  const letter = state.startsWith('mail');
  const margin = MARGINS[size] ?? 0;
  const side = 120 + 2 * margin;
  const [viewBox, drawing] =
    size === 16
      ? ['0 0 16 16', small(colours, letter)]
      : [`${-margin} ${-margin} ${side} ${side}`, large(colours, letter)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${viewBox}">${drawing}</svg>`;
}

function large({ box, slot }: Colours, letter: boolean): string {
  return [
    `<rect width="120" height="120" rx="34" fill="${box}"/>`,
    `<rect x="10" y="68" width="100" height="22" rx="11" fill="${slot}"/>`,
    letter ? '<path d="M26 79V32a8 8 0 0 1 8-8h52a8 8 0 0 1 8 8v47z" fill="#fff"/>' : '',
    letter ? `<path d="m26.5 28.5 33.5 27 33.5-27" fill="none" stroke="${box}" stroke-width="8.5"/>` : '',
  ].join('');
}

function small({ box, slot }: Colours, letter: boolean): string {
  return [
    `<rect width="16" height="16" rx="4" fill="${box}"/>`,
    `<rect x="2" y="9" width="12" height="3" rx="1.5" fill="${slot}"/>`,
    letter ? '<path d="M4 11V4a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v7z" fill="#fff"/>' : '',
    letter ? `<path d="m4.5 3.9 3.5 2.9 3.5-2.9" fill="none" stroke="${box}" stroke-width="1.2"/>` : '',
  ].join('');
}
