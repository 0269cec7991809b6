import { compile, type TopLevelSpec } from 'vega-lite';
import { parse, View } from 'vega';
import type { RunResult } from '../run/ratios.js';

/** Bars of throughput as a share of the base, one group per workload. SVG text. */
export async function chartOf({ workloads, contenders, database }: RunResult): Promise<string> {
  const shown = contenders.filter(({ role }) => role === 'ours' || role === 'peer');
  const values = shown.flatMap(({ name, figures }) => workloads.flatMap((workload) => (figures[workload] ? [{ name, workload, ratio: figures[workload].ratio }] : [])));
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    title: `${database}: throughput as a share of the raw driver's`,
    data: { values },
    facet: { field: 'workload', type: 'nominal', title: null, sort: [...workloads] },
    columns: 4,
    spec: {
      width: 190,
      layer: [
        { mark: { type: 'rule', strokeDash: [3, 3], strokeWidth: 1, color: '#adb5bd' }, encoding: { x: { datum: 1 } } },
        {
          mark: { type: 'bar' },
          encoding: {
            y: { field: 'name', type: 'nominal', title: null, sort: shown.map(({ name }) => name) },
            x: { field: 'ratio', type: 'quantitative', title: null, scale: { domain: [0, 1.6], clamp: true } },
            color: { condition: { test: "indexof(datum.name, 'DataFlow') === 0", value: '#d9480f' }, value: '#adb5bd' },
          },
        },
        { mark: { type: 'text', align: 'left', dx: 3, fontSize: 9 }, encoding: { y: { field: 'name', type: 'nominal', sort: shown.map(({ name }) => name) }, x: { field: 'ratio', type: 'quantitative' }, text: { field: 'ratio', type: 'quantitative', format: '.2f' } } },
      ],
    },
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
