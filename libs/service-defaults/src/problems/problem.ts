/** Problem details (RFC 9457 §3.1) with a stable `code`; `type` is made of it. */
export interface Problem {
  status: number;
  /** Stable, lower case, for programs: `order_not_found`. */
  code: string;
  title: string;
  /** For people: what is wrong with this request and what to do. Never internals. */
  detail: string;
  /** Further members (RFC 9457 §3.2). */
  extensions?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** The media type of every answer that is a problem. */
export const problemMediaType = 'application/problem+json';

/** The body that goes on the wire. `instance` is the path of the request, without its query. */
export function problemBody({ status, code, title, detail, extensions }: Problem, instance: string) {
  const standard = { type: `urn:waybill:problem:${code}`, title, status, detail, instance, code };
  return { ...standard, ...extensions, ...standard };
}
