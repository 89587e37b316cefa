import type { ConnectApproval } from '../../src/agent/owner-api.ts';
import { hostOf } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Banner, ErrorDetails } from '../ui/notices.tsx';
import { Avatar, Name, ShortAddress } from '../ui/people.tsx';
import { wordsFor } from '../ui/words.ts';

const FITS = {
  page: 'The key the app handed over fits this bucket',
  session: 'The key in this app’s sign-in fits this bucket',
  wallet: 'The key from your wallet fits this bucket',
  'secret-key': 'The key from your Secret Key fits this bucket',
  file: 'The key in the file fits this bucket',
} as const;

/** As whom the app would be connected, and how far that is proven. */
export function Who({ approval }: { readonly approval: ConnectApproval }) {
  const { session } = approval;
  switch (session.state) {
    case 'given':
      return (
        <>
          <div class="who">
            <Avatar address={session.address} name={session.name} />
            <div class="who-words">
              {session.name === undefined ? <b>No name</b> : <Name name={session.name} proven={false} />}
              <p class="soft small">
                Bucket <ShortAddress address={session.address} /> on{' '}
                <bdi dir="ltr">{hostOf(session.hub)}</bdi>
              </p>
            </div>
          </div>
          <p class="fits">
            <Icon name="check" small /> {FITS[session.by]}
          </p>
        </>
      );
    case 'consent':
      return (
        <div class="who">
          <span class="who-icon">
            <Icon name="key" />
          </span>
          <div class="who-words">
            <b>Your sign-in at this app</b>
            <p class="soft small">
              Letterbox will read this app’s sign-in from its page now, and again when the app connects while
              you allow it. You see whose it is before anything is connected.
            </p>
          </div>
        </div>
      );
    case 'refused': {
      const words = wordsFor(session.problem);
      return (
        <>
          <Banner kind="danger" icon="key" what={words.what}>
            {words.todo}
          </Banner>
          <ErrorDetails error={session.problem} />
        </>
      );
    }
    default:
      return session satisfies never;
  }
}
