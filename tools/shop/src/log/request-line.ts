/** What a service's log says of one request that it answered. */
export interface RequestLine {
  method: string;
  path: string;
  status: number;
  /** Milliseconds. */
  durationMs: number;
  /** Present where the guard refused; `reason` is for the operator and never on the wire. */
  decision?: { code: string; reason: string };
}

/** The request that a log line is about; undefined for every other line. */
export function requestOf(line: string | object): RequestLine | undefined {
  const record = typeof line === 'string' ? parsed(line) : line;
  return isRequest(record) ? record : undefined;
}

/** Whether a request was a look at a service's health, of which there are many. */
export function isHealthCheck({ path }: RequestLine): boolean {
  return path.startsWith('/health/');
}

/** Says in one line what was asked, what was answered, and why it was refused if it was. */
export function describe({ method, path, status, durationMs, decision }: RequestLine): string {
  const refusal = decision ? `, ${decision.code}: ${decision.reason}` : '';
  return `${method} ${path} → ${status} (${Math.round(durationMs)} ms)${refusal}`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRequest(record: unknown): record is RequestLine {
  if (typeof record !== 'object' || record === null) return false;
  const { method, path, status, durationMs } = record as Partial<RequestLine>;
  return typeof method === 'string' && typeof path === 'string' && Boolean(status) && durationMs !== undefined;
}
