import { demoAccounts, demoPassword } from '@waybill/contracts';
import { type PerService, serviceNames } from './services.js';

/** What is printed once the shop is ready: where it is, who may do what, and two commands to copy. */
export function banner(urls: PerService<string>, withDemoAccounts: boolean): string {
  const parts = ['Waybill is ready.', addresses(urls)];
  if (withDemoAccounts) parts.push(accounts(), commands(urls));
  return `\n${[...parts, 'Ctrl-C stops the shop.'].join('\n\n')}\n`;
}

function addresses(urls: PerService<string>): string {
  return serviceNames.map((service) => `  ${service.padEnd(8)} ${urls[service]}`).join('\n');
}

function accounts(): string {
  const rows = demoAccounts.map(
    ({ name, may, scopes }) => `  ${name.padEnd(8)} may ${may.padEnd(19)} ${scopes.join(' ')}`,
  );
  return [`Demo accounts, password ${demoPassword}:`, ...rows].join('\n');
}

function commands(urls: PerService<string>): string {
  const json = `-H 'content-type: application/json'`;
  return [
    'Log in (the token goes into $TOKEN):',
    '',
    `  TOKEN=$(curl -s ${urls.auth}/login ${json} \\`,
    `    -d '{"username":"alice","password":"${demoPassword}"}' | sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')`,
    '',
    'Place an order:',
    '',
    `  curl -i ${urls.order}/place-order -H "authorization: Bearer $TOKEN" ${json} \\`,
    `    -d '{"items":[{"sku":"BOOK-1","quantity":2}],"paymentMethod":"pm_card_visa"}'`,
  ].join('\n');
}
