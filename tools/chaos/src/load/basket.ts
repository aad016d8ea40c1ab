import type { PlaceOrderBody } from '@waybill/contracts';

/** What is ordered and how it is paid: the body of an order. */
export type Basket = PlaceOrderBody;

/** What the shop asks for each article, in minor units. */
const prices: Readonly<Record<string, number>> = { 'PEN-1': 300, 'MUG-1': 1250, 'BOOK-1': 1999 };
const skus = Object.keys(prices);
/** Of each article 1 to 100 pieces: the digits, to base 100, of the basket's number. */
const most = 100;

/** How many different baskets there are. */
export const basketCount = most ** skus.length;

/** The basket of a number: no two numbers have the same, so that an order tells which wish it came from. */
export function basketOf(number: number, paymentMethod: string): Basket {
  const items = skus.map((sku, place) => ({ sku, quantity: (Math.floor(number / most ** place) % most) + 1 }));
  return { items, paymentMethod };
}

/** The number of a basket, from the lines of an order; undefined of lines that no basket has. */
export function basketNumber(lines: readonly { sku: string; quantity: number }[]): number | undefined {
  const quantities = skus.map((sku) => lines.find((line) => line.sku === sku)?.quantity);
  if (lines.length !== skus.length || quantities.includes(undefined)) return undefined;
  return quantities.reduce<number>((sum, quantity = 1, place) => sum + (quantity - 1) * most ** place, 0);
}

/** What a basket costs, in minor units. */
export function priceOf({ items }: Pick<Basket, 'items'>): number {
  return items.reduce((sum, { sku, quantity }) => sum + quantity * (prices[sku] ?? 0), 0);
}
