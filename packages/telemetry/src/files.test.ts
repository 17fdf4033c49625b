import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readExpression } from './fixtures/promql.js';
import { createMetrics } from './metrics.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Target {
  readonly datasource: object;
  readonly expr: string;
  readonly legendFormat: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const rules: { groups: { name: string; rules: Rule[] }[] } = parse(read('prometheus/securitybot.rules.yaml'));
const dashboard: { panels: Panel[]; uid: string } = JSON.parse(read('grafana/securitybot.json'));

/** The labels that Prometheus adds to whatever it scrapes. */
const SCRAPED = ['job', 'instance'];

/** What a bot exports: each sample's name, and the values its labels have. */
async function exported(): Promise<Map<string, Map<string, Set<string>>>> {
  const states = { unassigned: 0, waiting: 0, asking: 0, confirming: 0, proving: 0 };
  const { registry } = createMetrics({
    store: { overdueMs: async () => 0, openTasks: async () => states, writable: async () => {} },
    health: { sinceClaimMs: () => 0 },
  });
  const found = new Map<string, Map<string, Set<string>>>([['up', new Map()]]);
  for (const line of (await registry.metrics()).split('\n')) {
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = found.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
    found.set(name, known);
  }
  return found;
}

/** What an expression asks for that no bot has; and the words in `{{ … }}` that it has no label for. */
function missing(metrics: Awaited<ReturnType<typeof exported>>, expr: string, words: string): string[] {
  const { selectors, grouping } = readExpression(expr.replaceAll('$__rate_interval', '5m'));
  const has = (metric: string, label: string) => SCRAPED.includes(label) || metrics.get(metric)?.has(label) === true;
  const named = [...words.matchAll(/\{\{ ?(?:\$labels\.)?([a-z]\w*) ?\}\}/g)].map(([, label = '']) => label);
  return [
    ...selectors.filter(({ metric }) => !metrics.has(metric)).map(({ metric }) => metric),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers.flatMap(({ label, values }) => {
        if (SCRAPED.includes(label)) return [];
        const known = metrics.get(metric)?.get(label);
        return values.filter((value) => !known?.has(value)).map((value) => `${metric}{${label}="${value}"}`);
      }),
    ),
    ...[...grouping, ...named].filter((label) => !selectors.some(({ metric }) => has(metric, label))),
  ];
}

test('the comparison sees a metric, a value and a label that are not there, and what is no PromQL', async () => {
  const metrics = await exported();
  expect(
    missing(metrics, 'rate(securitybot_turns_total{turn="claim"}[5m])', '{{turn}} {{ $labels.instance }}'),
  ).toEqual([]);
  expect(
    missing(metrics, 'sum by (colour) (securitybot_turns_total{turn=~"claim|walk"}) + nothing', '{{ taste }}'),
  ).toEqual(['nothing', 'securitybot_turns_total{turn="walk"}', 'colour', 'taste']);
  expect(() => readExpression('sum(rate(x[5m])')).toThrow('no PromQL');
});

describe('the alert rules', () => {
  const all = rules.groups.flatMap((group) => group.rules);

  test.each(all)('$alert asks for what a bot exports', async ({ expr, annotations }) => {
    expect(missing(await exported(), expr, Object.values(annotations).join(' '))).toEqual([]);
  });

  test.each(all)('$alert is a rule that Prometheus knows, and says what to do', (rule) => {
    expect(Object.keys(rule).toSorted()).toEqual(
      ['alert', 'annotations', 'expr', ...(rule.for === undefined ? [] : ['for']), 'labels'].toSorted(),
    );
    expect(rule.alert).toMatch(/^Securitybot[A-Z]\w+$/);
    expect(rule.for ?? '0m').toMatch(/^\d+[smh]$/);
    expect(Object.keys(rule.labels)).toEqual(['severity']);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    expect(Object.keys(rule.annotations)).toEqual(['summary', 'description']);
    for (const words of Object.values(rule.annotations)) expect(words.length).toBeGreaterThan(20);
  });

  test('each has a name of its own', () => {
    expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length);
    expect(rules.groups.map(({ name }) => name)).toEqual(['securitybot']);
  });
});

describe('the dashboard', () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  test.each(panels)('$title asks for what a bot exports', async ({ targets = [], description }) => {
    const metrics = await exported();
    expect(targets.length).toBeGreaterThan(0);
    expect(description).toBeTruthy();
    for (const { expr, legendFormat, datasource } of targets) {
      expect(missing(metrics, expr, legendFormat)).toEqual([]);
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    }
  });

  test('its panels have ids of their own, and do not lie on each other', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});
