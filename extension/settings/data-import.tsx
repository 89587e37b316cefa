import type { Ref, TargetedEvent } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/controls.tsx';
import { count } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { PassphraseField } from '../ui/passphrase.tsx';
import { Progress } from '../ui/progress.tsx';
import { useWorld } from '../ui/world.ts';
import type { ReadableFile } from '../platform/export-format.ts';
import { chosenFile } from './chosen-file.ts';
import { FileFault, isUnreadable } from './file-fault.tsx';
import { askOnceMore, importFile, type ImportSummary } from './data-file.ts';
import { ImportWords } from './import-words.tsx';

interface Looked {
  readonly file: ReadableFile;
  readonly passphrase: string;
  readonly summary: ImportSummary;
}

/** A file is looked at from beginning to end first; nothing is changed before the person has seen what would be. */
export function ImportData() {
  const world = useWorld();
  const [file, setFile] = useState<ReadableFile | undefined>();
  const [passphrase, setPassphrase] = useState('');
  const [looked, setLooked] = useState<Looked | undefined>();
  const [taken, setTaken] = useState<ImportSummary | undefined>();
  const [part, setPart] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const read = async (chosen: ReadableFile, how: Parameters<typeof importFile>[2]) => {
    setPart(0);
    try {
      return await importFile(world, chosen, how, setPart);
    } catch (error) {
      if (isUnreadable(error)) {
        if (field.current !== null) field.current.value = ''; // or the same file is no other choice
        choose(undefined);
      }
      throw error;
    }
  };
  const look = useAction(async (chosen: ReadableFile) => {
    setTaken(undefined);
    setLooked(undefined);
    const summary = await read(chosen, { passphrase, write: false });
    setLooked({ file: chosen, passphrase, summary });
    setPassphrase('');
  });
  const take = useAction(async ({ file: chosen, passphrase: words }: Looked) => {
    setTaken(await read(chosen, { passphrase: words, write: true }));
    setLooked(undefined);
  });
  const again = useAction(async (summary: ImportSummary) => setTaken(await askOnceMore(world, summary)));
  const choose = (next: ReadableFile | undefined) => {
    setFile(next);
    setLooked(undefined);
    setTaken(undefined);
    look.forget();
    take.forget();
    again.forget();
  };
  const pick = async (next: File | undefined) => {
    choose(undefined);
    if (next === undefined) return;
    const chosen = await chosenFile(next);
    if (field.current?.files?.[0] === next) choose(chosen); // unless another was picked meanwhile
  };
  return (
    <section class="card" aria-label="Import">
      <form
        class="card-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== undefined) void look.run(file);
        }}
      >
        <div>
          <h2>Import</h2>
          <p class="soft">
            Takes in a file that you exported from Letterbox. Nobody can prove anew who wrote what is in a
            file, so import only your own.
          </p>
        </div>
        <FileField input={field} onChoose={(next) => void pick(next)} />
        {looked === undefined && (
          <>
            <PassphraseField label="Passphrase of the file" value={passphrase} onInput={setPassphrase} />
            <div>
              <Button type="submit" busy={look.busy} disabled={file === undefined || passphrase === ''}>
                Look inside
              </Button>
            </div>
          </>
        )}
        {look.busy && <Progress label="Looking inside" part={part} />}
        <FileFault error={look.error ?? take.error} />
      </form>
      {looked !== undefined && (
        <div class="card-form" role="region" aria-label="What the import would change">
          <ImportWords summary={looked.summary} />
          {take.busy && <Progress label="Importing" part={part} />}
          <div class="actions">
            <Button onClick={() => choose(file)}>Leave it</Button>
            <Button kind="primary" busy={take.busy} onClick={() => void take.run(looked)}>
              Import
            </Button>
          </div>
        </div>
      )}
      <div role="status">
        {taken !== undefined && (
          <div class="card-form">
            <ImportWords summary={taken} isDone />
          </div>
        )}
      </div>
      {taken !== undefined && taken.unasked.length > 0 && (
        <div class="card-form">
          <Fault error={again.error} />
          <div class="actions">
            <Button kind="primary" busy={again.busy} onClick={() => void again.run(taken)}>
              Try {count(taken.unasked.length, 'key', 'keys')} again
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

interface FileFieldProps {
  readonly input: Ref<HTMLInputElement>;
  readonly onChoose: (file: File | undefined) => void;
}

function FileField({ input, onChoose }: FileFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{'File'}</label>
      <input
        id={id}
        ref={input}
        class="input"
        type="file"
        accept=".export"
        onChange={(event: TargetedEvent<HTMLInputElement>) => onChoose(event.currentTarget.files?.[0])}
      />
    </div>
  );
}
