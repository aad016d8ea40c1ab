import { demoPassword } from '@waybill/contracts';
import { insist } from './exchange.js';

/** Somebody who is signed in. */
export interface Session {
  readonly subject: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Signs a demo account in. */
export async function signIn(authUrl: string, subject: string): Promise<Session> {
  const { body } = await insist(200, { url: `${authUrl}/login`, json: { username: subject, password: demoPassword } });
  return { subject, accessToken: String(body.access_token), refreshToken: String(body.refresh_token) };
}

/** Orders one pen and gives the order's id. Where payment is slow it is not decided yet, but it is taken. */
export async function placeOrder(orderUrl: string, { accessToken: token }: Session): Promise<string> {
  const json = { items: [{ sku: 'PEN-1', quantity: 1 }], paymentMethod: 'pm_card_visa' };
  return String((await insist([201, 202], { url: `${orderUrl}/place-order`, token, json })).body.id);
}
