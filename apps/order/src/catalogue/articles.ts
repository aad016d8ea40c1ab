import type { Article } from '@waybill/contracts';

/** What the shop sells. An order keeps the price of its day, so a price may change here at any time. */
export const articles: readonly Article[] = [
  { sku: 'BOOK-1', name: 'The Timeless Way of Building', unitPrice: 1999, currency: 'EUR' },
  { sku: 'MUG-1', name: 'Mug', unitPrice: 1250, currency: 'EUR' },
  { sku: 'PEN-1', name: 'Pen', unitPrice: 300, currency: 'EUR' },
];
