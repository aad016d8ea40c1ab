/**
 * The items of an iterable until a signal aborts; then it throws the signal's reason, even where the iterable itself does
 * not end.
 */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await orAborted(iterator.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // Nobody waits for it: what is aborted may reject, or never come to its end.
    void iterator.return?.().then(undefined, () => undefined);
  }
}

/** A listener for each wait, taken off after it: a race against one promise would keep something of every item. */
function orAborted<T>(item: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void item.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
