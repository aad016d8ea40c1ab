/** Preloaded into each service: when the supervisor is gone, however it went, the service stops as if told to. */
const secondsToStop = 10;

process.once('disconnect', () => {
  // Nobody reads the log any more, and a logger that flushes it at the very end would try for ever.
  process.prependListener('exit', () => process.kill(process.pid, 'SIGKILL'));
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), secondsToStop * 1000).unref();
});
process.channel?.unref();
