import { z } from 'zod';
import { currency } from './money.js';

/** The name by which an article is ordered. */
export const sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,31}$/, 'must be a SKU such as BOOK-1');

/** An article. `unitPrice` is in minor units. */
export const article = z.object({ sku, name: z.string(), unitPrice: z.int().positive(), currency });

/** An article. */
export type Article = z.infer<typeof article>;

/** What `GET /catalogue` answers: every article that can be ordered. */
export const catalogue = z.object({ items: z.array(article) });

/** Every article that can be ordered. */
export type Catalogue = z.infer<typeof catalogue>;
