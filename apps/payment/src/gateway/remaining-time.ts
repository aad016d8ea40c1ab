/** How long the caller of the request that is being handled still waits, in milliseconds; undefined: it did not say. */
export type RemainingTime = () => number | undefined;

/** No caller says so yet. */
export const remainingTime: RemainingTime = () => undefined;
