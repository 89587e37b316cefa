import { percent } from './format.ts';

export interface ProgressProps {
  /** What is under way. */
  readonly label: string;
  /** From 0 to 1; absent where nobody knows how much there is. */
  readonly part?: number;
  /** How far it is, in words; in hundredths where absent. */
  readonly words?: string;
}

/** How far something is that takes a while. */
export function Progress({ label, part, words = percent(part ?? 0) }: ProgressProps) {
  return (
    <div class="progress soft">
      <span>
        {label}: {words}
      </span>
      <progress aria-label={label} aria-valuetext={words} {...(part === undefined ? {} : { value: part })} />
    </div>
  );
}
