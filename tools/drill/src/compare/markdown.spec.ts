import { expect, test } from 'vitest';
import { withTable } from './markdown.js';

const text = 'before\n<!-- comparison: written by npm run compare -->\nold\n<!-- /comparison -->\nafter';

test('replaces what stands between the markers, and nothing else', () => {
  const written = withTable(text, [
    { family: 'form', name: 'a | b', acceptances: ['refused', 'unless configured', 'accepted'] },
  ]);
  expect(written).toMatch(/^before\n.*\n<!-- \/comparison -->\nafter$/s);
  expect(written).toContain('| form: a \\| b |  | ○ | ● |');
  expect(written).not.toContain('old');
});

test('refuses a text without markers', () => {
  expect(() => withTable('before', [])).toThrow('lacks the markers');
});
