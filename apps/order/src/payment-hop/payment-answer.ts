/** What came back from payment: a whole answer, or no answer that could be read (`lost`: why, for the log). */
export type PaymentAnswer = { readonly status: number; readonly body: unknown } | { readonly lost: string };
