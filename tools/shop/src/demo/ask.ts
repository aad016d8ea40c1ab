import { demoPassword } from '@waybill/contracts';
import type { PerService } from '../services.js';
import type { Asked } from './scene.js';

/** What a service answered. */
export interface Answer {
  status: number;
  /** The `WWW-Authenticate` field. */
  challenge: string | null;
  body: Record<string, unknown>;
}

/** Signs a demo account in. */
export async function signIn(
  auth: string,
  login: { username: string; scope?: string | undefined; bindAddress?: true },
  headers: Record<string, string> = {},
): Promise<{ access_token: string }> {
  const body = { password: demoPassword, ...login };
  const answer = await exchange(`${auth}/login`, { method: 'POST', body }, headers);
  const { access_token: token } = answer.body;
  if (typeof token !== 'string') throw new Error(`${login.username} cannot sign in: auth answered ${answer.status}.`);
  return { access_token: token };
}

/** Asks what a scene asks. */
export function ask(asked: Asked, urls: PerService<string>, headers: Record<string, string>): Promise<Answer> {
  return exchange(urls[asked.service] + asked.path, asked, headers);
}

/** Sends one request. */
export async function exchange(
  url: string,
  { method, body, form }: Pick<Asked, 'method' | 'body' | 'form'>,
  headers: Record<string, string>,
): Promise<Answer> {
  const content = form ? new URLSearchParams(form) : body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(typeof content === 'string' && { 'content-type': 'application/json' }), ...headers },
    ...(content !== undefined && { body: content }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: text ? JSON.parse(text) : {},
  };
}
