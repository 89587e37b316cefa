import { useState } from 'preact/hooks';
import { AddressField, Button } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { asWire } from '../ui/notices.tsx';
import { sentenceFor } from '../ui/words.ts';

/** For a server that admits by invitation: it stays until a code was taken. */
export function InviteForm({ onInvite }: { readonly onInvite: (code: string) => Promise<void> }) {
  const [typed, setTyped] = useState('');
  const [missing, setMissing] = useState(false);
  const redeem = useAction(onInvite);
  const submit = () => {
    const code = typed.trim();
    setMissing(code === '');
    if (code !== '') void redeem.run(code);
  };
  return (
    <form
      class="field-and-button invite"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <AddressField
        label="Invitation code"
        inputMode="text"
        value={typed}
        fault={missing ? 'Enter the code that the server’s operator gave you.' : faultOf(redeem.error)}
        onInput={(text) => {
          setTyped(text);
          setMissing(false);
          redeem.forget();
        }}
      />
      <Button type="submit" busy={redeem.busy}>
        Use code
      </Button>
    </form>
  );
}

function faultOf(error: Parameters<typeof asWire>[0] | undefined): string | undefined {
  if (error === undefined) return undefined;
  if (error.code === 'not-admitted')
    return 'This code opens nothing here. It may be used up. Ask the server’s operator.';
  return sentenceFor(asWire(error));
}
