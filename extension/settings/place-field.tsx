import { useState } from 'preact/hooks';
import { AddressField } from '../ui/controls.tsx';
import { serverFault } from '../ui/server-address.ts';

interface PlaceFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly saved: string;
  readonly tidy: (typed: string) => string;
  readonly onSave: (url: string) => void;
}

/** A web address that is saved when one leaves the field or presses Enter; empty means none. */
export function PlaceField({ label, hint, saved, tidy, onSave }: PlaceFieldProps) {
  const [typed, setTyped] = useState<string | undefined>();
  const [fault, setFault] = useState<string | undefined>();
  const commit = () => {
    if (typed === undefined) return;
    const wrong = typed.trim() === '' ? undefined : serverFault(typed);
    setFault(wrong);
    if (wrong !== undefined) return;
    const url = tidy(typed);
    setTyped(undefined);
    if (url !== saved) onSave(url);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        commit();
      }}
    >
      <AddressField
        label={label}
        hint={hint}
        value={typed ?? saved}
        placeholder="https://"
        fault={fault}
        onInput={(text) => {
          setTyped(text);
          setFault(undefined);
        }}
        onBlur={commit}
      />
    </form>
  );
}
