import type { JourneyStep } from './step.ts';
import { answerSteps } from './steps/answer.ts';
import { prepareSteps } from './steps/prepare.ts';
import { receiveSteps } from './steps/receive.ts';
import { sendSteps } from './steps/send.ts';

/** From Alice's page to Bob's badge, and back. */
export const letterSteps: readonly JourneyStep[] = [...sendSteps, ...receiveSteps, ...answerSteps];

/** The whole journey, from nothing to a letter, its answer, and each of them there exactly once. */
export const journeySteps: readonly JourneyStep[] = [...prepareSteps, ...letterSteps];
