/** One run at a time; a call during a run has another one follow, and resolves after it. */
export interface SingleFlight {
  readonly run: () => Promise<void>;
  readonly isBusy: () => boolean;
}

/** @param idle is told when a run is over */
export function createSingleFlight(task: () => Promise<void>, idle: () => void): SingleFlight {
  let running: Promise<void> | undefined;
  let again = false;

  const runAll = async (): Promise<void> => {
    try {
      do {
        again = false;
        await task();
      } while (again);
    } finally {
      running = undefined; // in the same step as the last look at `again`, so that no call falls between
      idle();
    }
  };

  return {
    run() {
      again = true;
      running ??= runAll();
      return running;
    },
    isBusy: () => running !== undefined,
  };
}
