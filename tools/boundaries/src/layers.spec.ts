import { createProjectGraphAsync, DependencyType, type ProjectGraph } from '@nx/devkit';
import { beforeAll, expect, test } from 'vitest';
import { violations } from './layers.js';

let graph: ProjectGraph;

beforeAll(async () => {
  graph = await createProjectGraphAsync({ exitOnError: false });
});

function withImport(source: string, target: string): ProjectGraph {
  const edge = { source, target, type: DependencyType.static };
  return { ...graph, dependencies: { ...graph.dependencies, [source]: [...(graph.dependencies[source] ?? []), edge] } };
}

test('the repo keeps its boundaries', () => {
  expect(violations(graph)).toEqual([]);
});

test('the graph holds the edges to be judged', () => {
  const edges = Object.values(graph.dependencies).flat();
  for (const app of ['auth', 'order', 'payment'])
    expect(edges).toContainEqual(
      expect.objectContaining({ source: `@waybill/${app}-service`, target: '@waybill/auth' }),
    );
});

test.each([
  ['@waybill/auth', '@waybill/contracts', 'layer:guard may not import layer:contract'],
  ['@waybill/auth', '@waybill/database', 'layer:guard may not import layer:database'],
  ['@waybill/contracts', '@waybill/auth', 'layer:contract may not import layer:guard'],
  ['@waybill/database', '@waybill/service-defaults', 'layer:database may not import layer:default'],
  ['@waybill/service-defaults', '@waybill/contracts', 'layer:default may not import layer:contract'],
  ['@waybill/order-service', '@waybill/payment-service', 'layer:app may not import layer:app'],
  ['@waybill/shop', '@waybill/order-service', 'layer:tool may not import layer:app'],
  ['@waybill/chaos', '@waybill/payment-service', 'layer:tool may not import layer:app'],
  ['@waybill/shop', '@waybill/shop-e2e', 'layer:tool may not import layer:e2e'],
  ['@waybill/shop-e2e', '@waybill/auth-service', 'layer:e2e may not import layer:app'],
])('%s may not import %s', (source, target, reason) => {
  expect(violations(withImport(source, target))).toEqual([`${source} imports ${target}: ${reason}.`]);
});

test('a project without a layer is a violation', () => {
  const node = graph.nodes['@waybill/auth'];
  if (!node) throw new Error('the graph has no @waybill/auth');
  const untagged = { ...node, data: { ...node.data, tags: ['npm:public'] } };
  expect(violations({ ...graph, nodes: { ...graph.nodes, '@waybill/auth': untagged } })).toEqual([
    expect.stringMatching(/^@waybill\/auth has no layer: give it one of layer:guard, /),
  ]);
});
