/** SQL; in parts where one of them is run for each range of slots apart, from ?1 to ?2. */
export type Step = string | readonly (string | BySlots)[];

/** For statements that call our functions: what a call leaves in memory is freed only when its statement ends. */
export interface BySlots {
  readonly bySlots: string;
}
