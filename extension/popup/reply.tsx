import type { TargetedInputEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { InboxEntry, OwnerSend } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { useAction, useKeep } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import { calledShort } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';

/** A field that opens as one writes, keeps what is written, and sends it. */
export function Reply({ entry }: { readonly entry: InboxEntry }) {
  const { owner, drafts } = useWorld();
  const draft = `${entry.inbox}/${entry.from}/${entry.id}`;
  const [text, setText] = useDraft(draft);
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = useAction(async () => {
    const request = await drafts.nameOf(draft); // the worker may die under the call, and the person press again
    await owner.send({ ...answerTo(entry, text), request });
  });
  const who = calledShort(entry.sender);
  const blank = text.trim() === '';
  const submit = () => {
    if (blank) return;
    void send.run().then((done) => done && setText(''));
  };
  useEffect(() => grow(field.current), [text, open]);
  return (
    <form
      class={`reply ${open || !blank ? 'open' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="reply-box">
        <Icon name="reply" />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          autocomplete="off"
          aria-label={`Reply to ${who}`}
          placeholder={`Reply to ${who}`}
          value={text}
          onFocus={() => setOpen(true)}
          onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
        />
      </div>
      <Fault error={send.error} about={{ who }} />
      {(open || !blank) && (
        <p class="reply-actions">
          <span class="faint small">Only {who} can open it.</span>
          <Button type="submit" kind="primary" size="small" busy={send.busy} disabled={blank}>
            Send
          </Button>
        </p>
      )}
    </form>
  );
}

function answerTo(entry: InboxEntry, text: string): OwnerSend {
  const { content } = entry;
  const { subject, thread } =
    content.state === 'readable' ? content : { subject: undefined, thread: undefined };
  return {
    inbox: entry.inbox,
    to: entry.from,
    text,
    re: entry.id,
    ...(subject === undefined ? {} : { subject: answerSubject(subject) }),
    ...(thread === undefined ? {} : { thread }),
  };
}

/** 256 characters is the most that a subject holds. docs/protocol.md#3 */
function answerSubject(subject: string): string {
  return (/^re:/i.test(subject) ? subject : `Re: ${subject}`).slice(0, 256);
}

/** What was written before the popup vanished is there again. */
function useDraft(key: string) {
  const { drafts } = useWorld();
  const [text, setText] = useState('');
  const touched = useRef(false);
  const { keep } = useKeep((draft: string) => drafts.write(key, draft));
  const { run: restore } = useAction(async () => {
    const draft = await drafts.read(key);
    if (!touched.current) setText(draft);
  });
  useEffect(() => void restore(), [key, restore]);
  const write = (next: string) => {
    touched.current = true;
    setText(next);
    void keep(next);
  };
  return [text, write] as const;
}

function grow(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.blockSize = 'auto';
  field.style.blockSize = `${field.scrollHeight}px`;
}
