import { constants, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { demoPassword } from '@waybill/contracts';
import { DATABASE } from '@waybill/database';
import { createService } from '@waybill/service-defaults';
import { AuthModule } from '../auth.module.js';
import { authConfig } from '../config.js';
import type { AuthDatabase } from '../database.js';
import { SecurityEventLog } from '../security-events/security-event-log.js';
import type { PublicJwk } from '../signing-keys/signing-key.js';
import { AccessTokens, type TokenAnswer } from '../tokens/access-tokens.js';

/** The service as it runs, and its database to look into. */
export interface RunningAuth {
  url: string;
  db: AuthDatabase;
  /** To take something back with. */
  log: SecurityEventLog;
  /** To issue tokens with, as no grant does. */
  tokens: AccessTokens;
  close(): Promise<void>;
}

/** Starts the service on a free port, as its main.ts does; its log is silent unless it is caught. */
export async function startAuth(
  database: { url?: string; folder: string },
  variables: NodeJS.ProcessEnv = {},
  logTo?: Parameters<typeof createService>[2],
): Promise<RunningAuth> {
  const config = authConfig({
    AUTH_PORT: String(await freePort()),
    WAYBILL_DATA_DIR: database.folder,
    AUTH_DATABASE_URL: database.url ?? '',
    LOG_LEVEL: logTo ? 'trace' : 'silent',
    ...variables,
  });
  const application = await createService(config, AuthModule.forRoot(config), logTo);
  await application.listen(config.port, config.host);
  return {
    url: await application.getUrl(),
    db: application.get(DATABASE),
    log: application.get(SecurityEventLog),
    tokens: application.get(AccessTokens),
    close: () => application.close(),
  };
}

/** An answer, its body parsed. */
export interface Answer {
  status: number;
  headers: Headers;
  body: TokenAnswer & Record<string, unknown>;
}

/** Sends a JSON body to `POST /login`. */
export function login({ url }: RunningAuth, body: unknown, headers = {}): Promise<Answer> {
  return post(`${url}/login`, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
}

/** Signs a demo account in. */
export async function signIn(auth: RunningAuth, username: string): Promise<TokenAnswer> {
  return (await login(auth, { username, password: demoPassword })).body;
}

/** Sends a form to `POST /token`. */
export function token({ url }: RunningAuth, form: string | Record<string, string>, headers = {}): Promise<Answer> {
  return post(`${url}/token`, new URLSearchParams(form).toString(), {
    'Content-Type': 'application/x-www-form-urlencoded',
    ...headers,
  });
}

/** An Authorization header of HTTP Basic, its parts form-encoded first. */
export function basic(clientId: string, secret: string): { Authorization: string } {
  const pair = [clientId, secret]
    .map((part) => new URLSearchParams({ part }).toString().slice('part='.length))
    .join(':');
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Whether a JWT is signed by the key of a JWKS that it names, found out with node:crypto alone. */
export async function isSignedByJwks(
  jwt: string,
  { url }: RunningAuth,
  jwksPath = '/.well-known/jwks.json',
): Promise<boolean> {
  const { keys } = (await (await fetch(url + jwksPath)).json()) as { keys: PublicJwk[] };
  const { alg, kid } = decode(jwt).header;
  const jwk = keys.find((candidate) => candidate.kid === kid && candidate.alg === alg);
  if (!jwk) return false;
  const [input = '', signature = ''] = jwt.split(/\.(?=[^.]*$)/);
  const padding = jwk.alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363', ...padding } as const;
  return verify('sha256', Buffer.from(input), key, Buffer.from(signature, 'base64url'));
}

/** The parts of a JWT, unverified. */
export function decode(jwt: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', claims = ''] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header), claims: JSON.parse(claims) };
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
