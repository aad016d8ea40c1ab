import http from 'node:http';

/** Requests of one load: so many in all, over so many kept-alive connections. */
export interface Load {
  readonly url: string;
  /** The header fields of the n-th request, made when it is sent. */
  headersOf(n: number): http.OutgoingHttpHeaders;
  readonly requests: number;
  readonly connections: number;
}

/**
 * Sends a load.
 * @throws Error where an answer is not 200: then something else would have been measured
 */
export async function send({ url, headersOf, requests, connections }: Load): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  let sent = 0;
  const client = async () => {
    for (let n = sent++; n < requests; n = sent++) {
      const status = await statusOf(url, headersOf(n), agent);
      if (status !== 200) throw new Error(`${url} answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
}

/** The status of one GET. */
export function statusOf(
  url: string,
  headers: http.OutgoingHttpHeaders,
  agent?: http.Agent,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers, ...(agent && { agent }) });
    request.on('error', reject).on('response', (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode));
      response.resume();
    });
  });
}
