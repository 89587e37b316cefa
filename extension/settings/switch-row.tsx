import { useId } from 'preact/hooks';
import { Switch } from '../ui/controls.tsx';

interface SwitchRowProps {
  readonly label: string;
  readonly detail: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** One thing that is on or off, and what that means. */
export function SwitchRow({ label, detail, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <div class="card-row top">
      <div class="grow">
        <p class="row-title">{label}</p>
        <p id={id} class="faint small">
          {detail}
        </p>
      </div>
      <Switch label={label} checked={checked} describedBy={id} onChange={onChange} />
    </div>
  );
}
