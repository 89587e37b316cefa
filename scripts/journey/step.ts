import type { Picture } from './pictures.ts';
import type { Step } from './play.ts';
import type { Stage } from './stage.ts';

/** A step of the journey, and the pictures of what a person sees at its end. */
export interface JourneyStep extends Step<Stage> {
  readonly pictures?: readonly Picture[];
}
