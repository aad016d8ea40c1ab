import type { PerService, ServiceName } from '../services.js';

/** One scene of a demo: somebody asks something of a service, and what the answer has to be. */
export interface Scene {
  title: string;
  asks: Asked;
  /** What the request carries beside its body. It is asked for when the scene begins. */
  carries(urls: PerService<string>): Promise<Carried>;
  expects: Expectation;
}

/** What is asked of which service. */
export interface Asked {
  service: ServiceName;
  method: string;
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form, instead of a body. */
  form?: Record<string, string>;
}

/** The credentials of a request, and what is told of them. */
export interface Carried {
  headers: Record<string, string>;
  /** Lines for the narrator, each with a word in front. */
  told: readonly (readonly [string, string])[];
}

/** What an answer has to have, and who has to have been asked for it. */
export interface Expectation {
  /** The services that answered, in the order of the calls. */
  hops: readonly ServiceName[];
  status: number;
  /** Members of the body. */
  body: Record<string, unknown>;
  /** The `WWW-Authenticate` field without its realm. */
  challenge?: string;
  /** What the log of the first service names as the reason; absent: it is not looked at. */
  reason?: string;
}
