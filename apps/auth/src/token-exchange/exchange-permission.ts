import { readFileSync } from 'node:fs';
import { Audience, serviceClients } from '@waybill/contracts';
import { setting } from '@waybill/service-defaults';

/** That a service may exchange the tokens that are addressed to it for tokens with which it acts at another. */
export interface ExchangePermission {
  clientId: string;
  /** The service itself, as tokens name it. */
  addressedAs: Audience;
  /** The other one. */
  actsAt: Audience;
}

/** Who acts where in the shop, unless the configuration says otherwise. */
export const defaultExchanges: ExchangePermission[] = serviceClients.flatMap(({ name, audience, actsAt }) =>
  actsAt.map((other) => ({ clientId: name, addressedAs: audience, actsAt: other })),
);

/** `TOKEN_EXCHANGE`: a list of `service>audience`. */
export function exchangeList() {
  const names = serviceClients.map(({ name }) => name);
  return setting({
    rule: `must be a comma-separated list of service>audience, each once, the services being ${names.join(', ')}`,
    remedy: 'Set it to such a list, e.g. order>payment.service, or to nothing where no service may exchange tokens.',
    parse: (list) => {
      const entries = list.split(',').map((entry) => entry.trim());
      const permissions = entries.map(permission);
      const sound = new Set(entries).size === entries.length && permissions.every((each) => each !== undefined);
      return sound ? permissions : undefined;
    },
  });
}

/** Whether `TOKEN_EXCHANGE`, or the file that `TOKEN_EXCHANGE_FILE` names, is there and empty: that is not unset, but nobody may. */
export function letsNobodyExchange({ TOKEN_EXCHANGE, TOKEN_EXCHANGE_FILE }: NodeJS.ProcessEnv): boolean {
  return TOKEN_EXCHANGE_FILE ? readFileSync(TOKEN_EXCHANGE_FILE, 'utf8').trim() === '' : TOKEN_EXCHANGE === '';
}

function permission(entry: string): ExchangePermission | undefined {
  const [name, audience, ...rest] = entry.split('>');
  const client = serviceClients.find((service) => service.name === name);
  const actsAt = Object.values(Audience).find((known) => known === audience);
  if (!client || !actsAt || actsAt === client.audience || rest.length > 0) return undefined;
  return { clientId: client.name, addressedAs: client.audience, actsAt };
}
