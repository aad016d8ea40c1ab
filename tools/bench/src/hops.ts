import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPassword } from '@waybill/contracts';
import { freePorts, type Shop, startShop } from '@waybill/shop';

/** How much is measured. */
export interface HopOptions {
  readonly rounds: number;
  /** Orders, and requests for tokens, a round. */
  readonly requestsPerRound: number;
  readonly connections: number;
}

/** A shop whose order service carries its callers' authority on in one of the two ways. */
interface RunningShop {
  readonly name: string;
  readonly shop: Shop;
  readonly folder: string;
  /** alice's access token. */
  readonly token: string;
}

/** One thing that is done over and over, and what it cost in each round, CPU milliseconds. */
interface Work {
  readonly name: string;
  readonly services: readonly string[];
  once(): Promise<number>;
  readonly expected: number;
  readonly costs: number[];
}

const secret = randomBytes(32).toString('hex');
const basic = `Basic ${Buffer.from(`order:${secret}`).toString('base64')}`;
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * Prints what an order costs where the caller's token is relayed and where it is exchanged, which happens once for each token,
 * as CPU of all services; and what one exchange costs the auth service beside a token for a service itself.
 */
export async function measureHops(options: HopOptions): Promise<void> {
  const shops = [await openShop('relay'), await openShop('exchange')] as const;
  try {
    const [relay, exchange] = shops;
    await compare([anOrder(relay), anOrder(exchange)], options);
    await compare([ownToken(exchange), exchangedToken(exchange)], options);
  } finally {
    for (const { shop, folder } of shops) {
      await shop.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function openShop(name: 'relay' | 'exchange'): Promise<RunningShop> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-hops-'));
  const observer = { line: () => {}, news: () => {} };
  const env = {
    ...process.env,
    LOG_LEVEL: 'warn',
    PAYMENT_AUTHORITY: name,
    SERVICE_CLIENT_SECRETS: `order:${secret},payment:${secret}`,
    SERVICE_CLIENT_SECRET: secret,
  };
  const shop = await startShop({ env, ports: await freePorts(), dataDir: folder, observer });
  const answer = await post(`${shop.urls.auth}/login`, { username: 'alice', password: demoPassword });
  return { name, shop, folder, token: String(answer.body.access_token) };
}

function anOrder({ name, shop, token }: RunningShop): Work {
  const order = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };
  return {
    name: `an order, by ${name}`,
    services: Object.values(shop.urls),
    once: async () => (await post(`${shop.urls.order}/place-order`, order, `Bearer ${token}`)).status,
    expected: 201,
    costs: [],
  };
}

function ownToken({ shop: { urls } }: RunningShop): Work {
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'payment.settle' });
  return tokenRequest('a token of order’s own', urls.auth, form);
}

function exchangedToken({ shop: { urls }, token }: RunningShop): Work {
  const form = new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: token,
    subject_token_type: accessToken,
    audience: 'payment.service',
    scope: 'payment.create',
    req_cnf: JSON.stringify({ kid: 'order/k1' }),
  });
  return tokenRequest('a token by exchange', urls.auth, form);
}

function tokenRequest(name: string, auth: string, form: URLSearchParams): Work {
  const once = async () => (await post(`${auth}/token`, form, basic)).status;
  return { name, services: [auth], once, expected: 200, costs: [] };
}

/** In each round they take turns; the first is what the others are held against. */
async function compare(works: readonly [Work, ...Work[]], options: HopOptions): Promise<void> {
  for (const work of works) await round(work, options); // warms up
  for (const { costs } of works) costs.length = 0;
  for (let n = 0; n < options.rounds; n += 1) for (const work of works) await round(work, options);
  const { rounds, requestsPerRound, connections } = options;
  console.log(`CPU of the services, median of ${rounds} rounds of ${requestsPerRound}, ${connections} at once:`);
  for (const { name, costs } of works) {
    const ratios = costs.map((cost, n) => cost / (works[0].costs[n] ?? Number.NaN)).sort((a, b) => a - b);
    const [low, high] = [ratios[0] ?? 0, ratios.at(-1) ?? 0];
    console.log(
      `${name.padEnd(24)} ${(median(costs) / median(works[0].costs)).toFixed(2)} ×` +
        `  (rounds: ${low.toFixed(2)}–${high.toFixed(2)};  ${median(costs).toFixed(2)} ms here)`,
    );
  }
}

async function round({ services, once, expected, costs, name }: Work, options: HopOptions): Promise<void> {
  const before = await cpuMilliseconds(services);
  let sent = 0;
  const client = async () => {
    while (sent++ < options.requestsPerRound) {
      const status = await once();
      if (status !== expected) throw new Error(`${name} was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, client));
  costs.push(((await cpuMilliseconds(services)) - before) / options.requestsPerRound);
}

/** As the services' own metrics tell it. */
async function cpuMilliseconds(services: readonly string[]): Promise<number> {
  const texts = await Promise.all(services.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const seconds = texts.map((text) => Number(/^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1]));
  return seconds.reduce((sum, each) => sum + each, 0) * 1000;
}

async function post(
  url: string,
  content: object | URLSearchParams,
  authorization?: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const isForm = content instanceof URLSearchParams;
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...(!isForm && { 'content-type': 'application/json' }), ...(authorization && { authorization }) },
    body: isForm ? content : JSON.stringify(content),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
