import { setTimeout as delay } from 'node:timers/promises';

const secondsBetweenNews = 30;

/**
 * Resolves once `GET {url}/health/ready` answers 200. Meanwhile `onWaiting` hears every 30 seconds what it answered.
 * Rejects with the signal's reason when that is aborted.
 */
export async function ready(url: string, signal: AbortSignal, onWaiting: (answer: string) => void): Promise<void> {
  let nextNews = Date.now() + secondsBetweenNews * 1000;
  for (;;) {
    const answer = await look(`${url}/health/ready`, signal);
    if (answer === 'ready') return;
    if (Date.now() >= nextNews) {
      onWaiting(answer);
      nextNews += secondsBetweenNews * 1000;
    }
    await delay(100, undefined, { signal });
  }
}

async function look(url: string, signal: AbortSignal): Promise<string> {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  try {
    const response = await fetch(url, { signal: timeout, redirect: 'manual' });
    const body = await response.text();
    return response.status === 200 ? 'ready' : `${url} answers ${response.status} ${body.slice(0, 500)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${url} does not answer (${error instanceof Error ? error.message : String(error)})`;
  }
}
