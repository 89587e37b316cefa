import type { ImportConflict, ImportedApp, ImportedSettings } from '../../src/agent/data-api.ts';
import { count, hostOf, list, number, shortAddress } from '../ui/format.ts';
import { Fault } from '../ui/notices.tsx';
import { ShortAddress } from '../ui/people.tsx';
import { wordsFor } from '../ui/words.ts';
import { LISTED_MAX, type ImportSummary } from './data-file.ts';

interface ImportWordsProps {
  readonly summary: ImportSummary;
  /** It is done; otherwise it is what would be. */
  readonly isDone?: boolean;
}

/** How many conflicts are told one by one. */
const TOLD = 20;

/** What an import would change, or has changed. */
export function ImportWords({ summary, isDone = false }: ImportWordsProps) {
  const { added, here, apps, settings, conflicts, unreadable, why } = summary;
  const [newWords, hereWords] = [countsIn(added), countsIn(here)];
  const hasApps = apps.some(({ state }) => state === 'new');
  return (
    <>
      <h3>{isDone ? 'Imported' : 'What the import would change'}</h3>
      <ul class="plain-list">
        <li>{additionWords(newWords, hasApps, isDone)}</li>
        {hereWords.length > 0 && <li>{list(hereWords)} here already. They stay as they are.</li>}
        {settings !== undefined && (
          <li>
            {settings.taken
              ? isDone
                ? 'Settings taken over'
                : 'Settings would be taken over'
              : 'Your settings here stay'}
            . The file’s name registries are {registryWords(settings)}, its default server{' '}
            {hostOf(settings.defaultServer) || 'none'}.
          </li>
        )}
        {conflicts.slice(0, TOLD).map((conflict) => (
          <li key={`${conflict.kind} ${conflict.address} ${conflict.name ?? ''}`}>
            {conflictWords(conflict)}
          </li>
        ))}
        {conflicts.length > TOLD && (
          <li>
            {conflicts.length >= LISTED_MAX ? 'At least ' : ''}
            {number(conflicts.length - TOLD)} more disagree with what is here, which goes first.
          </li>
        )}
        {unreadable > 0 && (
          <li>
            {count(unreadable, 'entry', 'entries')} can’t be read and {unreadable === 1 ? 'is' : 'are'} left
            out.
            {why !== undefined && why.code !== 'malformed' && ` The first: ${wordsFor(why).what}`}
          </li>
        )}
      </ul>
      {apps.map((app) => (
        <AppWords key={app.inbox} app={app} isDone={isDone} />
      ))}
    </>
  );
}

function additionWords(words: readonly string[], hasApps: boolean, isDone: boolean): string {
  if (words.length === 0) return hasApps ? 'Only apps are new.' : 'Nothing is new.';
  return isDone ? `Added: ${list(words)}.` : `Would be added: ${list(words)}.`;
}

function countsIn(counts: ImportSummary['added']): string[] {
  const { messages = 0, contacts = 0, sent = 0, drafts = 0, grants = 0 } = counts;
  const words: [number, string][] = [
    [messages, count(messages, 'message', 'messages')],
    [contacts, count(contacts, 'person', 'people')],
    [sent, count(sent, 'sent message', 'sent messages')],
    [drafts, count(drafts, 'draft', 'drafts')],
    [grants, `what ${count(grants, 'app', 'apps')} may do`],
  ];
  return words.flatMap(([value, text]) => (value > 0 ? [text] : []));
}

function conflictWords({ kind, address, name }: ImportConflict): string {
  const who = shortAddress(address);
  switch (kind) {
    case 'relation':
      return `You decided differently about ${who} here and there. The stricter stays.`;
    case 'name':
      return `${name ?? 'The name'} is someone else here than ${who}. The name is left out.`;
    case 'app':
      return `Something for ${who} is of another app, or of none. It is left out.`;
    case 'record':
      return `${who} has two mailbox entries of the same age. The one here stays.`;
  }
}

const KEY_WORDS: Readonly<Record<ImportedApp['key'], string>> = {
  none: 'Its key is not in the file. Connect it from the app.',
  asks: 'Its key is in the file. Letterbox asks you whether to connect it, before it counts.',
  here: 'It is connected here, with its key.',
};

const STATE_WORDS: Readonly<Record<ImportedApp['state'], string>> = {
  new: '',
  here: 'Known here already. ',
  taken: 'This inbox belongs to another app here. Nothing of it is taken. ',
};

/** As the file says it: nothing of it was proven yet. */
function AppWords({ app, isDone }: { readonly app: ImportedApp; readonly isDone: boolean }) {
  const { state, key, problem } = app;
  return (
    <section class="imported-app" aria-label={hostOf(app.app)}>
      <h4>
        <bdi dir="ltr">{hostOf(app.app)}</bdi>
      </h4>
      <dl class="facts">
        <dt>Inbox</dt>
        <dd>
          <ShortAddress address={app.inbox} />
          {app.name !== undefined && <span class="faint small">Says it is {app.name}. Not checked yet.</span>}
        </dd>
        <dt>Storage</dt>
        <dd>
          <bdi dir="ltr">{app.bucket}</bdi>
          <span class="faint small">by {hostOf(app.hub)}</span>
        </dd>
        <dt>Servers</dt>
        <dd>{app.servers.length === 0 ? 'None' : list(app.servers.map(hostOf))}</dd>
      </dl>
      <p class="soft">
        {STATE_WORDS[state]}
        {state !== 'taken' && problem === undefined && KEY_WORDS[key]}
        {isDone && key === 'asks' && problem === undefined && ' The question is in a window of its own.'}
        {problem !== undefined && 'It was not connected. '}
      </p>
      <Fault error={problem} />
    </section>
  );
}

function registryWords({ registries: { bns, bnsv2 } }: ImportedSettings): string {
  return list([...new Set([...bns, ...bnsv2].map(hostOf))]) || 'none';
}
