import { demoPassword } from '@waybill/contracts';
import { asc } from 'drizzle-orm';
import { auditEntries, securityEvents } from '../schema.js';
import { basic, decode, login, type RunningAuth } from './auth-service.js';

/** An answer, its body parsed; an empty one is undefined. */
export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown> | undefined;
}

/** What is sent beside method and path; a `form` goes as a form, a `body` as JSON. */
export interface Sent {
  token?: string;
  form?: string | Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request to the service. */
export async function send({ url }: RunningAuth, method: string, path: string, sent: Sent = {}): Promise<Reply> {
  const { token, form, body, headers } = sent;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: form === undefined ? (body === undefined ? null : JSON.stringify(body)) : new URLSearchParams(form),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Whether introspection, asked by the demo client, finds a token good now. */
export async function isActive(auth: RunningAuth, token: string): Promise<boolean> {
  const headers = basic('demo-service', demoPassword);
  const { body } = await send(auth, 'POST', '/introspect', { form: { token }, headers });
  return body?.active === true;
}

/** A new access token of a demo account, as narrow as `scope` says. */
export async function accessToken(auth: RunningAuth, username: string, scope?: string): Promise<string> {
  return (await login(auth, { username, password: demoPassword, scope })).body.access_token;
}

/** The session of a token. */
export const sidOf = (token: string) => decode(token).claims.sid as string;

/** The events of the log, oldest first: each one's only type, without its profile's address, and what it says. */
export async function loggedEvents(auth: RunningAuth): Promise<{ sub: unknown; type: string; event: object }[]> {
  const rows = await auth.db.select().from(securityEvents).orderBy(asc(securityEvents.seq));
  return rows.map(({ set }) => {
    const { sub_id, events } = decode(set).claims as { sub_id: { sub?: string }; events: Record<string, object> };
    const [type = '', event = {}] = Object.entries(events)[0] ?? [];
    return { sub: sub_id.sub, type: type.split(/[/:]/).at(-1) ?? '', event };
  });
}

/** The entries of the audit trail, oldest first. */
export function auditTrail(auth: RunningAuth) {
  return auth.db.select().from(auditEntries).orderBy(asc(auditEntries.id));
}
