/** How long one errand for an issuer's keys may take in all, milliseconds: who waits for it is answered within 2 s. */
export const keySetDeadlineMs = 1800;
const maxBytes = 512 * 1024;

/** A document of the issuer could not be had. The message says which address and why; it is for the log. */
export class DocumentUnavailable extends Error {
  override readonly name = 'DocumentUnavailable';
}

/** Fetches a JSON document from a configured address before a deadline: 512 KiB at most, status 200 only, no redirect. */
export async function fetchJson(address: URL, deadline: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(address, {
      redirect: 'error',
      signal: deadline,
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new DocumentUnavailable(`status ${response.status}`);
    }
    return JSON.parse(await readBounded(response));
  } catch (cause) {
    throw new DocumentUnavailable(`${address.href} could not be read: ${explain(cause)}`, { cause });
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new DocumentUnavailable(`it is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'no answer in time';
  if (cause instanceof SyntaxError) return 'it is not JSON';
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}
