import { banner } from './banner.js';
import { command } from './command.js';
import { isHealthCheck, prefixed, prettyLog, requestOf } from './log/index.js';
import { shopSettings } from './setting/index.js';
import { startShop } from './shop.js';

const help = `Starts the shop: auth, order and payment, each a process of its own, until Ctrl-C.

  npm start

A service that dies is started again; after five deaths before it was ready the shop gives up.
The environment goes to the services. Most used:

  AUTH_PORT, ORDER_PORT, PAYMENT_PORT   where they listen (3000, 3001, 3002)
  HOST                                  on which address (127.0.0.1)
  WAYBILL_DATA_DIR                      embedded databases and development keys (.data)
  DATABASE_URL                          PostgreSQL instead of the embedded databases (AUTH_DATABASE_URL, … for one)
  REDIS_URL                             what replicas share: nonces, failed sign-ins
  LOG_LEVEL                             trace, debug, info, warn or error (info)`;

await command(help, async (signal) => {
  const { ports } = shopSettings(process.env);
  const pretty = prettyLog(process.stdout.isTTY && !process.env.NO_COLOR);
  const observer = {
    line: (service: string, line: string) => {
      const request = requestOf(line);
      if (!request || !isHealthCheck(request)) console.log(pretty(service, line));
    },
    news: (service: string, line: string) => console.log(prefixed(service, line)),
  };
  console.log('Starting auth, order and payment …');
  const shop = await startShop({ env: process.env, ports, observer }, signal);
  if (!signal.aborted) console.log(banner(shop.urls, hasDemoAccounts(process.env)));
  await shop.ended;
  console.log('Stopped.');
});

/** Whether the auth service has the demo accounts: always in development, in production by request. */
function hasDemoAccounts(env: NodeJS.ProcessEnv): boolean {
  const asked = env.WAYBILL_DEMO_ACCOUNTS;
  return asked ? ['true', '1'].includes(asked) : env.NODE_ENV !== 'production';
}
