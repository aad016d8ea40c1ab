import { type Article, type Money, type OrderLine, type PlaceOrderBody, placeOrderBody } from '@waybill/contracts';
import { z } from 'zod';
import { articles } from '../catalogue/articles.js';

/** An order that may be placed: its lines at today's prices, what they come to, and how it will be paid. */
export interface DraftOrder {
  items: OrderLine[];
  total: Money;
  paymentMethod: string;
}

const bySku = new Map<string, Article>(articles.map((article) => [article.sku, article]));

/** Reads the body of `POST /place-order` and prices it; an article that is not sold is a validation issue of its line. */
export const draftOrder = placeOrderBody.transform(({ items, paymentMethod }, context): DraftOrder => {
  const lines = items.map((item, index) => {
    const article = bySku.get(item.sku);
    if (article === undefined) context.issues.push(notSold(item, index));
    return { ...item, unitPrice: article?.unitPrice ?? 0 };
  });
  if (context.issues.length > 0) return z.NEVER;
  return { items: lines, total: { amount: sumOf(lines), currency: 'EUR' }, paymentMethod };
});

function notSold({ sku }: PlaceOrderBody['items'][number], index: number) {
  const message = `line ${index + 1}: ${sku} is not in the catalogue`;
  return { code: 'custom' as const, path: ['items', index, 'sku'], message, input: sku };
}

function sumOf(lines: OrderLine[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}
