/**
 * Aborted when the process is told to stop: by Ctrl-C, SIGTERM, a closed terminal, or by the end of the npm that started
 * it (npm's shell passes no signal on). Told a second time the process ends at once, and its services with it.
 */
export function stopSignal(): AbortSignal {
  const told = new AbortController();
  const tell = () => (told.signal.aborted ? process.exit(1) : told.abort());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, tell);
  if (process.env.npm_lifecycle_event) abortWhenOrphaned(told);
  return told.signal;
}

function abortWhenOrphaned(told: AbortController): void {
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && told.abort(), 500);
  watch.unref();
}
