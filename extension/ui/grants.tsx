import { useId } from 'preact/hooks';
import type { Grants } from '../../src/agent/owner-api.ts';
import { Select, Switch } from './controls.tsx';
import { count, fullDate, number } from './format.ts';
import { Icon, type IconName } from './icons.tsx';

export type Powers = Omit<Grants, 'expires'>;

/** Days. */
export const EXPIRIES = [1, 7, 30, 90, 365] as const;

interface GrantSwitchesProps {
  readonly powers: Powers;
  /** Whom the app would write as. */
  readonly as?: string | undefined;
  /** Messages of this app that are here already. */
  readonly here?: number;
  readonly onChange: (powers: Powers) => void;
}

/** What an app may do. The broadest power includes the one above it. */
export function GrantSwitches({ powers, as, here = 0, onChange }: GrantSwitchesProps) {
  const already = here === 0 ? '' : `${number(here)} ${here === 1 ? 'is' : 'are'} here already. `;
  return (
    <div class="grants">
      <Grant
        icon="inbox"
        title="Read your messages in this app"
        detail={`${already}Other apps stay closed.`}
        checked={powers.read}
        onChange={(read) => onChange({ ...powers, read })}
      />
      <Grant
        icon="sent"
        title={as === undefined ? 'Send as you' : `Send as ${as}`}
        detail="You are asked for every new recipient."
        checked={powers.send}
        onChange={(send) =>
          onChange({ ...powers, send, sendWithoutAsking: send && powers.sendWithoutAsking })
        }
      />
      <Grant
        icon="warning"
        caution
        title="Send to anyone without asking"
        detail="It could write to strangers in your name."
        checked={powers.sendWithoutAsking}
        onChange={(anyone) => onChange({ ...powers, sendWithoutAsking: anyone, send: anyone || powers.send })}
      />
    </div>
  );
}

interface GrantProps {
  readonly icon: IconName;
  readonly caution?: boolean;
  readonly title: string;
  readonly detail: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Grant({ icon, caution = false, title, detail, checked, onChange }: GrantProps) {
  const id = useId();
  return (
    <div class={`grant ${caution ? 'caution' : ''}`}>
      <Icon name={icon} />
      <div>
        <p class="grant-title">{title}</p>
        <p id={id} class="faint small">
          {detail}
        </p>
      </div>
      <Switch label={title} checked={checked} onChange={onChange} describedBy={id} />
    </div>
  );
}

interface ExpirySelectProps {
  /** Unix seconds. */
  readonly now: number;
  readonly days: number;
  readonly onChange: (days: number) => void;
}

export function ExpirySelect({ now, days, onChange }: ExpirySelectProps) {
  return (
    <Select
      label="Until"
      value={String(days)}
      options={EXPIRIES.map((choice) => ({
        value: String(choice),
        text: `${fullDate(now + choice * 86_400)} (${count(choice, 'day', 'days')})`,
      }))}
      onChange={(value) => onChange(Number(value))}
    />
  );
}
