/** What a service tells Prometheus of itself: its process, its requests, and how fresh its news of revocations is. Nothing of it names a person. */
export { MetricsModule } from './metrics.module.js';
