import type { ComponentChild } from 'preact';
import { useId } from 'preact/hooks';
import type { Power } from '../../src/agent/owner-api.ts';
import { UNASKED_A_DAY } from '../../src/agent/owner-wire.ts';
import { Switch } from './controls.tsx';
import { number } from './format.ts';
import { Icon, type IconName } from './icons.tsx';

/** Which powers an app has, or is to have. */
export type Chosen = Readonly<Record<Power, boolean>>;

interface GrantSwitchesProps {
  readonly chosen: Chosen;
  /** Whom the app would write as. */
  readonly as?: string | undefined;
  /** Messages of this app that are here already. */
  readonly here?: number;
  readonly onSwitch: (power: Power, on: boolean) => void;
  /** What is said of a power beneath it. */
  readonly beneath: Readonly<Partial<Record<Power, ComponentChild>>>;
}

const ICONS: Readonly<Record<Power, IconName>> = {
  read: 'inbox',
  send: 'sent',
  sendWithoutAsking: 'warning',
};

/** What an app may do. */
export function GrantSwitches({ chosen, as, here = 0, onSwitch, beneath }: GrantSwitchesProps) {
  const already = here === 0 ? '' : `${number(here)} ${here === 1 ? 'is' : 'are'} here already. `;
  const details: Readonly<Record<Power, string>> = {
    read: `${already}Other apps stay closed.`,
    send: 'You are asked for every new recipient.',
    sendWithoutAsking: `To strangers, in your name, up to ${number(UNASKED_A_DAY)} a day.`,
  };
  return (
    <div class="grants">
      {POWERS.map((power) => (
        <GrantSwitch
          key={power}
          power={power}
          title={titleOf(power, as)}
          detail={details[power]}
          checked={chosen[power]}
          onChange={(on) => onSwitch(power, on)}
        >
          {beneath[power]}
        </GrantSwitch>
      ))}
    </div>
  );
}

export const POWERS: readonly Power[] = ['read', 'send', 'sendWithoutAsking'];

export function titleOf(power: Power, as: string | undefined): string {
  if (power === 'read') return 'Read your messages in this app';
  if (power === 'sendWithoutAsking') return 'Send to anyone without asking';
  return as === undefined ? 'Send as you' : `Send as ${as}`;
}

/** Sending without asking needs sending: each is switched with the other where it has to be. */
export function switched(chosen: Chosen, power: Power, on: boolean): Chosen {
  const after = { ...chosen, [power]: on };
  if (power === 'sendWithoutAsking') return { ...after, send: on || after.send };
  return { ...after, sendWithoutAsking: after.send && after.sendWithoutAsking };
}

interface GrantProps {
  readonly power: Power;
  readonly title: string;
  readonly detail: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChild;
}

function GrantSwitch({ power, title, detail, checked, onChange, children }: GrantProps) {
  const id = useId();
  return (
    <div class={`grant ${power === 'sendWithoutAsking' ? 'caution' : ''}`}>
      <Icon name={ICONS[power]} />
      <div>
        <p class="grant-title">{title}</p>
        <p id={id} class="faint small">
          {detail}
        </p>
        {children}
      </div>
      <Switch label={title} checked={checked} onChange={onChange} describedBy={id} />
    </div>
  );
}
