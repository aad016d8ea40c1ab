import type { ServiceName } from '@waybill/shop';

/** The places in a service's work where it may be made to die (`CRASH_POINT`). */
export const crashPoints: Readonly<Record<ServiceName, readonly string[]>> = {
  auth: [],
  order: [
    'order.stored',
    'order.charged',
    'order.settled',
    'order.refund-stored',
    'order.refund-answered',
    'order.settle-fenced',
  ],
  payment: [
    'payment.intent-stored',
    'payment.gateway-answered',
    'payment.decided',
    'payment.refund-intent-stored',
    'payment.refund-gateway-answered',
    'payment.refund-decided',
    'payment.fenced',
  ],
};
