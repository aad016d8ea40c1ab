import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

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
export async function ask(url: string, agent?: Agent): Promise<string> {
  return (await answerTo(url, agent)).outcome;
}

/** What came of one request, and what it was answered. */
export interface Heard {
  outcome: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends one request: POST where there is a body, otherwise GET. */
export function answerTo(url: string, agent?: Agent, body?: string): Promise<Heard> {
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const failed = ({ code, syscall }: NodeJS.ErrnoException) =>
      resolve({ outcome: code === 'ECONNREFUSED' ? 'refused' : `${code} at ${syscall}`, headers: {}, body: '' });
    request(url, body === undefined ? { agent } : { agent, method: 'POST', headers }, (answer) =>
      text(answer).then(
        (read) => resolve({ outcome: String(answer.statusCode), headers: answer.headers, body: read }),
        () => resolve({ outcome: 'cut off', headers: {}, body: '' }),
      ),
    )
      .on('error', failed)
      .end(body);
  });
}
