import type { Approval } from '../../src/agent/owner-api.ts';
import { hostOf } from '../ui/format.ts';
import { Heading } from '../ui/heading.tsx';
import { AppIcon } from '../ui/people.tsx';

/** Who asks, as the browser stamped it; the app's own name is quoted beneath. The window starts here. */
export function Headline({
  approval,
  ask,
  end,
}: {
  readonly approval: Approval;
  readonly ask: string;
  readonly end: string;
}) {
  return (
    <>
      <AppIcon app={approval} size="headline" />
      <Heading class="asked">
        <span>{ask} </span>
        <bdi dir="ltr" class="asked-origin" title={approval.app}>
          {shownOrigin(approval.app)}
        </bdi>
        <span>{end}</span>
      </Heading>
      {approval.appName !== undefined && (
        <p class="quoted faint">
          The app calls itself “<bdi>{approval.appName.slice(0, 60)}</bdi>”.
        </p>
      )}
    </>
  );
}

/** https goes without saying; anything else is said. */
function shownOrigin(origin: string): string {
  return origin.startsWith('https://') ? hostOf(origin) : origin;
}
