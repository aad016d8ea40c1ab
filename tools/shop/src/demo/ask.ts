import { demoPassword } from '@waybill/contracts';
import type { PerService } from '../services.js';
import { tampered } from './access-token.js';
import type { Scene } from './story.js';

/** What a service answered. */
export interface Answer {
  status: number;
  /** The `WWW-Authenticate` field. */
  challenge: string | null;
  body: Record<string, unknown>;
}

/** Signs in as a scene's account; undefined where the scene has none. */
export async function tokenFor({ who, scope, tampered: change }: Scene, auth: string): Promise<string | undefined> {
  if (!who) return undefined;
  const answer = await exchange(`${auth}/login`, 'POST', { username: who, password: demoPassword, scope });
  const token = answer.body.access_token;
  if (typeof token !== 'string') throw new Error(`${who} cannot sign in: auth answered ${answer.status}.`);
  return change ? tampered(token) : token;
}

/** Asks what a scene asks. */
export function ask({ asks }: Scene, urls: PerService<string>, token: string | undefined): Promise<Answer> {
  return exchange(`${urls[asks.service]}${asks.path}`, asks.method, asks.body, token);
}

async function exchange(url: string, method: string, body: unknown, token?: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: text ? JSON.parse(text) : {},
  };
}
