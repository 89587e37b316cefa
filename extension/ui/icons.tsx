/** Line icons on a 20-unit grid, stroke 1.5, in the colour of the text around them. */
const PATHS = {
  back: 'M12 4.5 6.5 10l5.5 5.5',
  forward: 'M8 4.5 13.5 10 8 15.5',
  down: 'm5.5 8 4.5 4.5L14.5 8',
  moveUp: 'M10 16V4.5M5.5 9 10 4.5 14.5 9',
  moveDown: 'M10 4v11.5M5.5 11l4.5 4.5 4.5-4.5',
  close: 'm5 5 10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  checks: 'm2 10.5 3.2 3.5 6.3-8M9.2 13l1 1 6.8-8',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.6 1.6',
  box: 'm10 2.8 6.5 3.6v7.2L10 17.2l-6.5-3.6V6.4L10 2.8ZM3.8 6.6 10 10l6.2-3.4M10 10v7',
  alert: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6.4v4.4M10 13.4v.2',
  warning: 'M10 3.2 17.6 16.5H2.4L10 3.2ZM10 8v4M10 14.3v.2',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.4v4.4M10 6.4v.2',
  person: 'M10 9.6a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8ZM4.6 16.2c.5-2.7 2.6-4.2 5.4-4.2s4.9 1.5 5.4 4.2',
  people:
    'M8 9.4a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM3 16c.4-2.6 2.3-4 5-4s4.6 1.4 5 4M15.2 7.2v4.6M12.9 9.5h4.6',
  bin: 'M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.7 10.2c0 .7.6 1.3 1.3 1.3h6c.7 0 1.3-.6 1.3-1.3L15 5.5',
  unread:
    'M12 4.5H4.5c-.8 0-1.5.7-1.5 1.5v8.5c0 .8.7 1.5 1.5 1.5h11c.8 0 1.5-.7 1.5-1.5V9.5M3.3 6.3 10 11l3.6-2.5M16 7.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  reply: 'M8 5 3.5 9.5 8 14M3.5 9.5h8c3 0 5 2 5 5.5',
  sent: 'M16.8 3.2 8.9 11.1M16.8 3.2l-4.7 13.6-3.2-5.7-5.7-3.2 13.6-4.7Z',
  inbox:
    'M3 11.5 5 5.2c.2-.7.8-1.2 1.5-1.2h7c.7 0 1.3.5 1.5 1.2l2 6.3v3c0 .8-.7 1.5-1.5 1.5h-11c-.8 0-1.5-.7-1.5-1.5v-3ZM3 11.5h4c.3 1.3 1.5 2.3 3 2.3s2.7-1 3-2.3h4',
  refresh:
    'M16 8A6.5 6.5 0 0 0 4.6 6.2L3.5 7.5M3.5 4v3.5H7M4 12a6.5 6.5 0 0 0 11.4 1.8l1.1-1.3M16.5 16v-3.5H13',
  settings:
    'M3 6.5h7.5M15 6.5h2M3 13.5h2M9.5 13.5H17M12.7 8.7a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM7.3 15.7a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  apps: 'M3.5 4.5c0-.6.4-1 1-1h3c.6 0 1 .4 1 1v3c0 .6-.4 1-1 1h-3c-.6 0-1-.4-1-1v-3ZM11.5 4.5c0-.6.4-1 1-1h3c.6 0 1 .4 1 1v3c0 .6-.4 1-1 1h-3c-.6 0-1-.4-1-1v-3ZM3.5 12.5c0-.6.4-1 1-1h3c.6 0 1 .4 1 1v3c0 .6-.4 1-1 1h-3c-.6 0-1-.4-1-1v-3ZM11.5 12.5c0-.6.4-1 1-1h3c.6 0 1 .4 1 1v3c0 .6-.4 1-1 1h-3c-.6 0-1-.4-1-1v-3Z',
  server:
    'M3.5 5c0-.8.7-1.5 1.5-1.5h10c.8 0 1.5.7 1.5 1.5v2.5c0 .8-.7 1.5-1.5 1.5H5c-.8 0-1.5-.7-1.5-1.5V5ZM3.5 12.5c0-.8.7-1.5 1.5-1.5h10c.8 0 1.5.7 1.5 1.5V15c0 .8-.7 1.5-1.5 1.5H5c-.8 0-1.5-.7-1.5-1.5v-2.5ZM6.5 6.2h.2M6.5 13.7h.2',
  block: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM5.1 5.1l9.8 9.8',
  shield: 'M10 2.8 4 5v4.6c0 3.7 2.5 6.3 6 7.6 3.5-1.3 6-3.9 6-7.6V5l-6-2.2Z',
  key: 'M7 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM9.5 9.5l6.5-6M13 6.5l2.5 2.5',
  lock: 'M5 9.5c0-.6.4-1 1-1h8c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1H6c-.6 0-1-.4-1-1v-6ZM7 8.5V6.3a3 3 0 0 1 6 0v2.2',
  shown:
    'M2.5 10S5.2 5.3 10 5.3 17.5 10 17.5 10 14.8 14.7 10 14.7 2.5 10 2.5 10ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  hidden:
    'M3.5 3.5l13 13M8 5.6a7 7 0 0 1 2-.3c4.8 0 7.5 4.7 7.5 4.7a13 13 0 0 1-2.3 2.8M5.2 6.8A12.5 12.5 0 0 0 2.5 10s2.7 4.7 7.5 4.7a7.3 7.3 0 0 0 3.2-.7M8.4 8.5a2.2 2.2 0 0 0 3.1 3.1',
  offline: 'M3 3l14 14M7.6 5.2A5 5 0 0 1 14.6 9h.2a3.2 3.2 0 0 1 1.8 5.8M13.5 15.5H6a3.5 3.5 0 0 1-.6-7',
  outside:
    'M11.5 3.5h5v5M16.5 3.5l-7 7M14.5 11.5v3.5c0 .8-.7 1.5-1.5 1.5H5c-.8 0-1.5-.7-1.5-1.5V7c0-.8.7-1.5 1.5-1.5h3.5',
} as const;

export type IconName = keyof typeof PATHS;

/** The icons that point along the line of reading, and so turn with it. */
const TURNING: ReadonlySet<IconName> = new Set(['back', 'forward', 'reply']);

export interface IconProps {
  readonly name: IconName;
  readonly small?: boolean;
}

/** Decoration only: the words beside it, or the control's name, say the same. */
export function Icon({ name, small = false }: IconProps) {
  const classes = ['icon', small ? 'small' : '', TURNING.has(name) ? 'turns' : ''].filter(Boolean).join(' ');
  return (
    <svg
      class={classes}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width={small ? 1.75 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Stands after a name whose chain ran forth and back, and nowhere else. */
export function Seal() {
  return (
    <svg class="seal" viewBox="0 0 16 16" role="img" aria-label="name proven">
      <g fill="currentColor">
        <rect x="2.7" y="2.7" width="10.6" height="10.6" rx="2.6" />
        <rect x="2.7" y="2.7" width="10.6" height="10.6" rx="2.6" transform="rotate(45 8 8)" />
      </g>
      <path
        d="m5.4 8.2 1.8 1.8 3.5-3.8"
        fill="none"
        stroke="var(--page)"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** A slot in a door: with a letter where one could be, and nothing yet. */
export function EmptySlot() {
  return (
    <svg class="empty-slot" viewBox="0 0 120 76" fill="none" stroke-width="1.5" aria-hidden="true">
      <path
        d="M32 56V5c0-1.7 1.3-3 3-3h50c1.7 0 3 1.3 3 3v51M33 4l27 23L87 4"
        stroke="var(--line-2)"
        stroke-dasharray="4 4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <rect x="1" y="57" width="118" height="17" rx="8.5" fill="var(--well)" stroke="var(--line-2)" />
      <rect x="14" y="64" width="92" height="3" rx="1.5" fill="var(--ink-3)" />
    </svg>
  );
}

/** The product's mark. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="#1a9470" />
      <rect x="2" y="13.5" width="20" height="4.5" rx="2.25" fill="#05261b" />
      <path d="M5 6.2C5 5.5 5.5 5 6.2 5h11.6c.7 0 1.2.5 1.2 1.2V15.7H5V6.2Z" fill="#fff" />
      <path d="m5.3 5.6 6.7 5.9 6.7-5.9" fill="none" stroke="#1a9470" stroke-width="1.4" />
    </svg>
  );
}

/** The mark without its colour, as the toolbar has it: locked, with or without a letter in the slot. */
export function LockedMark({ hasMail }: { readonly hasMail: boolean }) {
  return (
    <svg class="locked-mark" viewBox="0 0 120 120" aria-hidden="true">
      <rect width="120" height="120" rx="34" fill="#7c8782" />
      <rect x="10" y="68" width="100" height="22" rx="11" fill="#2a312e" />
      {hasMail && <path d="M26 79V32a8 8 0 0 1 8-8h52a8 8 0 0 1 8 8v47z" fill="#fff" />}
      {hasMail && <path d="m26.5 28.5 33.5 27 33.5-27" fill="none" stroke="#7c8782" stroke-width="8.5" />}
    </svg>
  );
}
