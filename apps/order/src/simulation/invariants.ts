import { isDeepStrictEqual } from 'node:util';
import type { Told, Wish, World } from './world.js';

/** What is wrong with a world that has come to rest, a line each; empty when nothing is. The names are those of DESIGN §5. */
export function violations(world: World): string[] {
  return [
    ...world.surprises.map((error) => `nobody foresaw: ${String(error)}`),
    ...world.pending().map((id) => `I3: order ${id} is still pending`),
    ...chargesAndOrders(world),
    ...repetitions(world.told),
    ...acknowledged(world),
  ];
}

function chargesAndOrders({ tables, payment }: World): string[] {
  const lines: string[] = [];
  for (const { id, status, total } of tables.orders.values()) {
    const record = payment.records.get(id);
    const charged = record?.state === 'charged';
    if (status === 'confirmed' && !charged) lines.push(`I2: order ${id} is confirmed and not charged`);
    if (status === 'confirmed' && record?.amount !== total) lines.push(`I2: order ${id} is charged another amount`);
    if (charged && status !== 'confirmed') lines.push(`I3: order ${id} is charged and ${status}`);
  }
  return lines;
}

/** A key is one order, so that it is charged once; and one final answer, whoever asks and how often. */
function repetitions(told: readonly Told[]): string[] {
  const first = new Map<string, Told>();
  return told.flatMap((each) => {
    const name = nameOf(each.wish);
    if (name === undefined || !each.answer.final) return [];
    const earlier = first.get(name) ?? each;
    first.set(name, earlier);
    const same =
      earlier.answer.status === each.answer.status && isDeepStrictEqual(earlier.answer.body, each.answer.body);
    return same ? [] : [`I5: ${name} was answered ${earlier.answer.status}, then ${each.answer.status}`];
  });
}

function acknowledged({ told, tables }: World): string[] {
  return told.flatMap(({ answer }) => {
    const { id, orderId = id } = answer.body as { id?: string; orderId?: string };
    const order = tables.orders.get(String(orderId));
    const expected = answer.status === 201 ? 'confirmed' : 'cancelled';
    if (order === undefined) return [`I6: order ${orderId} was acknowledged, and is gone`];
    if (!answer.final || order.status === expected) return [];
    return [`I6: order ${orderId} was answered ${answer.status}, and is ${order.status}`];
  });
}

function nameOf({ key, paymentMethod }: Wish): string | undefined {
  return key && `${key}/${paymentMethod}`;
}
