import { availableParallelism } from 'node:os';
import type { ChaosRun } from '../chaos.js';
import { type Invariant, invariants } from '../check/index.js';
import { faultKinds } from '../proxy/index.js';
import { faultsWithin } from '../setting.js';
import { type Figures, figuresOf } from './figures.js';
import { inSeconds, spreadOf } from './spread.js';
import { countLines, type Line, namesIn, table, tally } from './table.js';

/** What came of the runs, as Markdown: one column for each. The layout does not depend on what came of them. */
export function report(runs: readonly ChaosRun[], command: string): string {
  const figures = runs.map(figuresOf);
  const head = (what: string) => [what, ...runs.map(({ options }) => options.kind)];
  const section = (title: string, what: string, lines: readonly Line[]) => `## ${title}\n\n${table(head(what), lines)}`;
  const all = (count: (each: Figures) => ReadonlyMap<string, number>) => figures.map(count);
  return `${[
    introduction(runs, command),
    section('Violations', 'what is promised', violationLines(runs)),
    section('What was done', '', totalLines(runs, figures)),
    section(
      'Kills, by process',
      'process',
      countLines(
        namesIn(all(({ deathsByProcess }) => deathsByProcess)),
        all(({ deathsByProcess }) => deathsByProcess),
      ),
    ),
    section(
      'Kills, by cause',
      'cause',
      countLines(
        namesIn(all(({ deathsByCause }) => deathsByCause)),
        all(({ deathsByCause }) => deathsByCause),
      ),
    ),
    section(
      'Faults between order and payment',
      'fault',
      countLines(
        faultKinds,
        runs.map(({ proxy }) => proxy.counts),
      ),
    ),
    section('Recovery', 'seconds: p50 / p95 / most (how many)', timeLines(figures)),
    section(
      'Answers',
      'asked → answered',
      countLines(
        namesIn(all(({ answers }) => answers)),
        all(({ answers }) => answers),
      ),
    ),
  ].join('\n\n')}\n`;
}

function introduction(runs: readonly ChaosRun[], command: string): string {
  const seeds = [...new Set(runs.map(({ options }) => options.seed))].join(', ');
  return `# Chaos

The shop as real processes over real HTTP, while they are killed, the network between order and payment fails, and PostgreSQL is
restarted every few seconds. Customers note all that they are told; when the faults have ended and everything is up again, a
checker reads the data of both services and of the gateway from outside and holds the one against the other.

Made by \`${command}\`, seed ${seeds}, on ${availableParallelism()} cores with Node ${process.versions.node}. Another run with the
same seed makes the same choices; its timing is its own. The gateway was told to fail too: \`${gatewayFaults()}\`.`;
}

function gatewayFaults(): string {
  return faultsWithin.payment?.SANDBOX_GATEWAY_FAULTS ?? 'nothing';
}

function violationLines(runs: readonly ChaosRun[]): Line[] {
  const counts = runs.map(({ violations }) => tally(violations.map(({ invariant }) => invariant)));
  const names = Object.keys(invariants) as Invariant[];
  return [
    ...names.map((name): Line => [describe(name), ...counts.map((count) => count.get(name) ?? 0)]),
    ['**all**', ...runs.map(({ violations }) => `**${violations.length}**`)],
  ];
}

function describe(name: Invariant): string {
  return /^I\d$/.test(name) ? `${name}: ${invariants[name]}` : invariants[name];
}

function totalLines(runs: readonly ChaosRun[], figures: readonly Figures[]): Line[] {
  const count = (what: string, figure: (run: ChaosRun, figures: Figures) => string | number): Line => [
    what,
    ...runs.map((run, index) => figure(run, figures[index] ?? figuresOf(run))),
  ];
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, each) => total + each, 0);
  return [
    count('minutes with faults', ({ seconds }) => (seconds / 60).toFixed(1)),
    count('orders', (_, { orders }) => sum(orders)),
    ...['confirmed', 'cancelled', 'pending'].map((status) =>
      count(`… ${status}`, (_, { orders }) => orders.get(status) ?? 0),
    ),
    count('refunds', (_, { refunds }) => sum(refunds)),
    ...['succeeded', 'declined', 'cancelled', 'pending'].map((status) =>
      count(`… ${status}`, (_, { refunds }) => refunds.get(status) ?? 0),
    ),
    count('processes killed', ({ killer }) => killer.deaths.length),
    count('requests from order to payment', ({ proxy }) => proxy.requests),
    count('… that met a fault', ({ proxy }) => sum(proxy.counts)),
    count('PostgreSQL restarted, at once (`immediate`)', ({ serverRestarts }) => serverRestarts.immediate),
    count('PostgreSQL restarted, in order (`fast`)', ({ serverRestarts }) => serverRestarts.fast),
    count('orders pending when the faults ended', ({ healing }) => healing.pending),
  ];
}

function timeLines(figures: readonly Figures[]): Line[] {
  const processes = [...new Set(figures.flatMap(({ restarts }) => [...restarts.keys()]))].sort();
  return [
    [
      'an order that the request did not decide: until decided',
      ...figures.map(({ waits }) => inSeconds(spreadOf(waits))),
    ],
    [
      'an order that was pending when the faults ended: until decided',
      ...figures.map(({ recoveries }) => inSeconds(spreadOf(recoveries))),
    ],
    ...processes.map(
      (name): Line => [
        `${name}: from its death until ready`,
        ...figures.map(({ restarts }) => inSeconds(spreadOf(restarts.get(name) ?? []))),
      ],
    ),
  ];
}
