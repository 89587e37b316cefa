import { count } from './format.ts';
import { Banner } from './notices.tsx';

/** @param rows how many things on the disk did not open */
export function DamageNotice({ rows }: { readonly rows: number }) {
  if (rows === 0) return null;
  const one = rows === 1;
  return (
    <Banner
      kind="caution"
      icon="warning"
      what={`${count(rows, 'thing', 'things')} that Letterbox keeps on this computer ${one ? 'doesn’t' : 'don’t'} open`}
    >
      {one ? 'It was' : 'They were'} changed on the disk, or the disk is failing. Everything else is here. An
      export that you have may hold {one ? 'it' : 'them'}.
    </Banner>
  );
}
