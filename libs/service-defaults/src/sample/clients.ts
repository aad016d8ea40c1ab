import { Agent, get, type IncomingMessage } from 'node:http';

/** How often what came of a request: `200`, `refused` (never sent), or what went wrong with one that was sent. */
export type Outcomes = Partial<Record<string, number>>;

/**
 * Clients that ask for these paths again and again, each as soon as it was answered, until they are refused.
 * @param keepAlive whether a client stays on its connection or opens one for each request
 */
export async function askUntilRefused(urls: readonly string[], keepAlive: boolean): Promise<Outcomes> {
  const agent = new Agent({ keepAlive });
  const outcomes: Outcomes = {};
  await Promise.all(
    urls.map(async (url) => {
      for (let outcome = ''; outcome !== 'refused'; ) {
        outcome = await ask(url, agent);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }),
  );
  agent.destroy();
  return outcomes;
}

/** One request, and what came of it. */
export function ask(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => resolve(readOut(response))).on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : `${error.code} at ${error.syscall}`),
    );
  });
}

async function readOut(response: IncomingMessage): Promise<string> {
  try {
    for await (const _ of response);
    return String(response.statusCode);
  } catch {
    return 'cut off';
  }
}
