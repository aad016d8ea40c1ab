import type { ProjectGraph } from '@nx/devkit';

/** Which layers each layer may import. `layer:guard` lifts out of the repo because its row is empty. */
const mayImport: Record<string, readonly string[]> = {
  'layer:guard': [],
  'layer:contract': [],
  'layer:database': [],
  'layer:default': ['layer:guard', 'layer:database'],
  'layer:app': ['layer:guard', 'layer:contract', 'layer:database', 'layer:default'],
  'layer:tool': ['layer:guard', 'layer:contract', 'layer:database', 'layer:tool'],
  'layer:e2e': ['layer:guard', 'layer:contract', 'layer:database', 'layer:tool'],
};

/**
 * One line for each import that crosses a boundary, and for each project without a layer; empty when all is well.
 * Implicit edges are no imports: they say which apps a tool starts as processes.
 */
export function violations({ nodes, dependencies }: ProjectGraph): string[] {
  const layerOf = (project: string) => nodes[project]?.data.tags?.find((tag) => tag in mayImport);
  const withoutLayer = Object.keys(nodes)
    .filter((project) => !layerOf(project))
    .map((project) => `${project} has no layer: give it one of ${Object.keys(mayImport).join(', ')} in nx.tags.`);
  const crossings = Object.values(dependencies)
    .flat()
    .filter(({ type, target }) => type !== 'implicit' && target in nodes)
    .flatMap(({ source, target }) => {
      const [from, to] = [layerOf(source), layerOf(target)];
      if (!from || !to || mayImport[from]?.includes(to)) return [];
      return `${source} imports ${target}: ${from} may not import ${to}.`;
    });
  return [...withoutLayer, ...crossings];
}
