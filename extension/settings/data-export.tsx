import { useId, useState } from 'preact/hooks';
import { Button, Switch } from '../ui/controls.tsx';
import { count } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { Fault } from '../ui/notices.tsx';
import { Progress } from '../ui/progress.tsx';
import { strengthOf } from '../ui/strength.ts';
import { useWorld } from '../ui/world.ts';
import { exportFile, saveFile, type Exported } from './data-file.ts';

export function ExportData() {
  const world = useWorld();
  const keysHint = useId();
  const [passphrase, setPassphrase] = useState('');
  const [keys, setKeys] = useState(false);
  const [done, setDone] = useState<Exported | undefined>();
  const [lines, setLines] = useState(0);
  const run = useAction(async () => {
    setDone(undefined);
    setLines(0);
    const exported = await exportFile(world, { passphrase, keys }, setLines);
    saveFile(exported.file, `letterbox-${new Date(world.now() * 1000).toISOString().slice(0, 10)}.export`);
    setDone(exported);
    setPassphrase('');
  });
  return (
    <section class="card" aria-label="Export">
      <form
        class="card-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run.run();
        }}
      >
        <div>
          <h2>Export</h2>
          <p class="soft">
            Everything in one file: messages, people, what apps may do, settings, what you sent, and drafts.
            It is encrypted with a passphrase of its own.
          </p>
        </div>
        <div class="card-row flush top">
          <div class="grow">
            <p class="row-title">With the apps’ keys</p>
            <p id={keysHint} class="faint small">
              Whoever opens the file can then read and write as you in these apps, for as long as the apps
              exist: an app’s key can’t be changed. Without them, you connect each app anew, and it hands its
              key over again at its next visit.
            </p>
          </div>
          <Switch label="With the apps’ keys" checked={keys} describedBy={keysHint} onChange={setKeys} />
        </div>
        <NewPassphrase label="Passphrase for the file" value={passphrase} onInput={setPassphrase} />
        <div>
          <Button type="submit" kind="primary" busy={run.busy} disabled={strengthOf(passphrase) === 0}>
            Export
          </Button>
        </div>
        {run.busy && <Progress label="Exporting" words={`${count(lines, 'entry', 'entries')} so far`} />}
        <Fault error={run.error} />
        <p role="status">{done === undefined ? '' : doneWords(done)}</p>
      </form>
    </section>
  );
}

function doneWords({ lines, leftOut }: Exported): string {
  const saved = `${count(lines, 'entry', 'entries')} exported. The file is where your downloads go.`;
  return leftOut === 0
    ? saved
    : `${saved} ${count(leftOut, 'message was', 'messages were')} too long for it.`;
}
