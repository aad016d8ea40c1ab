/** What the services of the shop promise one another: scopes, audiences, bodies and answers. It knows no framework. */
export { Audience, audiencesOf } from './audience.js';
export { type Article, article, type Catalogue, catalogue, sku } from './catalogue.contract.js';
export { type DemoSubject, demoAccounts, demoClient, demoPassword } from './demo.js';
export { type ChargeFence, chargeFence, type RefundFence, refundFence } from './fence.contract.js';
export { type LedgerBalance, ledgerBalance } from './ledger.contract.js';
export { listQuery, pageOf } from './list.contract.js';
export { currency, type Money, money } from './money.js';
export {
  type CreatePaymentBody,
  createPaymentBody,
  declineReason,
  type Payment,
  type PaymentStatus,
  payment,
  paymentDeclined,
  paymentMethod,
  paymentStatus,
} from './payment.contract.js';
export {
  type Order,
  type OrderLine,
  type OrderPage,
  order,
  orderDeclined,
  orderLine,
  orderPage,
  type PlaceOrderBody,
  placeOrderBody,
} from './place-order.contract.js';
export {
  type CreatePaymentRefundBody,
  createPaymentRefundBody,
  type PaymentRefund,
  paymentRefund,
  type Refund,
  type RefundOrderBody,
  refund,
  refundDeclined,
  refundOrderBody,
  refundStatus,
} from './refund.contract.js';
export { Scope } from './scope.js';
export { type ServiceClientSubject, serviceClients } from './service-clients.js';
