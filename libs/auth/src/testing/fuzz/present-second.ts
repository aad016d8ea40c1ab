/**
 * Does something within one second of the clock, so that two judges can be asked about the same present: where the clock
 * ticked meanwhile, it is done anew.
 */
export async function presentSecond<Value>(
  act: (now: number) => Promise<Value>,
): Promise<{ readonly value: Value; readonly now: number }> {
  const now = seconds();
  const value = await act(now);
  return seconds() === now ? { value, now } : presentSecond(act);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
