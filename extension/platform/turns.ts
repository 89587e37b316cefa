/** Changes that must not run side by side: each begins when the one before is over, however that went. */
export type InTurn = <Result>(change: () => Promise<Result>) => Promise<Result>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (change) => {
    const next = last.then(change, change);
    last = next;
    return next;
  };
}
