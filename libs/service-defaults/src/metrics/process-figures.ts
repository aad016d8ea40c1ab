import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/** Milliseconds between two looks at how busy the event loop is. */
const lookEveryMs = 1_000;

let figures: Registry | undefined;

/** What the process uses: CPU, memory, file descriptors, event loop, garbage collection. There is one of it, however many services run in it. */
export function processFigures(): Registry {
  if (figures) return figures;
  figures = new Registry();
  collectDefaultMetrics({ register: figures, eventLoopUtilizationTimeout: lookEveryMs });
  return figures;
}
