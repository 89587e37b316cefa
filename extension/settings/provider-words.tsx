import type { ServerTest } from '../../src/agent/owner-api.ts';

const STATEMENTS = { operator: 'Run by', price: 'Price', terms: 'Terms', contact: 'Contact' } as const;
type Statement = keyof typeof STATEMENTS;

const MEMBERS = Object.keys(STATEMENTS) as Statement[];
/** Enough for what fits on a card; who writes more says it elsewhere. */
const MAX_LENGTH = 300;

/** What a provider states of itself: quoted, for nobody has proven it, and never more than text or a link. */
export function ProviderWords({ tested }: { readonly tested: ServerTest }) {
  const stated = MEMBERS.filter((member) => tested[member] !== undefined);
  if (stated.length === 0) return null;
  return (
    <div class="provider small">
      <p class="faint">Its provider says:</p>
      <dl>
        {stated.map((member) => (
          <div key={member}>
            <dt class="faint">{STATEMENTS[member]}</dt>
            <dd>
              <Quoted text={tested[member] ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Whether the person should have read what the provider asks for before the server is theirs. */
export function asksForSomething({ admission, price, terms }: ServerTest): boolean {
  return admission !== 'open' || price !== undefined || terms !== undefined;
}

function Quoted({ text }: { readonly text: string }) {
  const link = linkIn(text);
  if (link === undefined) return <q dir="auto">{text.slice(0, MAX_LENGTH)}</q>;
  return (
    <a class="link" href={link} target="_blank" rel="noopener noreferrer">
      <bdi dir="ltr">{link}</bdi>
    </a>
  );
}

/** Only where the whole of it is an https address. */
function linkIn(text: string): string | undefined {
  const url = text.trim();
  if (url.length > MAX_LENGTH || /\s/.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, username, href } = new URL(url);
  return protocol === 'https:' && username === '' ? href : undefined;
}
