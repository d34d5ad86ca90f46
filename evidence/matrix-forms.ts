/** The matrix for programs, for Markdown, and as a page. */
import { folded, rowsOf, signOf } from './cells.ts';
import type { Row, Tabulated } from './cells.ts';
import { sha256Base64 } from './digest.ts';
import { tables, tally } from './matrix.ts';
import { differences } from './record.ts';
import { escaped } from './svg.ts';
import { VERSION } from './version.ts';

const rowsShown = (all: Tabulated): Row[] => {
  const rows = rowsOf(all);
  return all.folded ? folded(rows) : rows;
};

/** One object: all cells, what was not asked or did not end, what differs from the record. */
export function matrixJson(all: Tabulated): string {
  const { reports, properties, scenarios, unfinished = [], not_put = [], recorded } = all;
  const sum = (key: 'states' | 'transitions') => reports.reduce((n, one) => n + one[key], 0);
  return `${JSON.stringify({
    writepath: VERSION,
    promises: properties.map(({ name, short }) => ({ name, short })),
    scenarios,
    designs: rowsOf(all).map(({ design, cells }) => ({
      name: design,
      promises: Object.fromEntries(
        cells.map(({ said, steps, scenario }, i) => [
          properties[i]!.name,
          { verdict: said, steps: steps ?? null, scenario: scenario ?? null },
        ]),
      ),
    })),
    runs: { count: reports.length, states: sum('states'), transitions: sum('transitions') },
    not_asked: not_put,
    unfinished,
    differences: reports.flatMap((report) => differences(report, recorded)),
    ...tally(all),
  })}\n`;
}

/** One table; Markdown has no limit to how wide it is. */
export function matrixMarkdown(all: Tabulated): string {
  const { properties, scenarios } = all;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const used = codesIn(all);
  return [
    line(['design', ...properties.map(({ short }) => short)]),
    line([':-', ...properties.map(() => '-:')]),
    ...rowsShown(all).map(({ design, cells }) =>
      line([`\`${design}\``, ...cells.map((cell) => signOf(cell, scenarios))]),
    ),
    '\n',
    ...legend(all).map((text) => `${text}\n`),
    '\n',
    ...used.map(({ code, name }) => `- \`${code}\` ${name}\n`),
  ].join('');
}

/** Scenarios that stand in a cell. */
const codesIn = (all: Tabulated) => {
  const named = new Set(rowsShown(all).flatMap(({ cells }) => cells.map((one) => one.scenario)));
  return all.scenarios.filter(({ name }) => named.has(name));
};

/** What the signs mean, as the text has it. */
function legend(all: Tabulated): string[] {
  const text = tables(all);
  return text.slice(text.lastIndexOf('') + 1).map((one) => one.trim());
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 1.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font: 13px ui-monospace, monospace; }
th, td { padding: 2px 6px; text-align: right; white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; background: Canvas; }
th[scope=row], thead th:first-child { position: sticky; left: 0; }
tbody tr:nth-child(2n) td { background: color-mix(in srgb, CanvasText 6%, Canvas); }
td.violated { font-weight: bold; color: light-dark(#9b1c1c, #ff9d9d); }
td.incomplete { color: light-dark(#7a4d00, #ffcf70); }
pre { white-space: pre-wrap; }
`;

/** A page by itself, without a script; each cell says in words what it stands for. */
export function matrixHtml(all: Tabulated, text: string): string {
  const { properties, scenarios } = all;
  const head = properties.map(
    ({ short, name }) =>
      `<th scope="col"><abbr title="${escaped(name)}">${escaped(short)}</abbr></th>`,
  );
  const rows = rowsShown(all).map(({ design, cells }) => {
    const columns = cells.map((cell, i) => {
      const where = cell.scenario === undefined ? '' : ` in ${cell.steps} steps, ${cell.scenario}`;
      const title = `${properties[i]!.name}: ${cell.said}${where}`;
      return `<td class="${cell.said}" title="${escaped(title)}">${signOf(cell, scenarios)}</td>`;
    });
    return `<tr><th scope="row">${escaped(design)}</th>${columns.join('')}</tr>`;
  });
  const csp = `default-src 'none'; style-src 'sha256-${sha256Base64(STYLE)}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width">
<title>writepath: designs against promises</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Designs against promises</h1>
<div class="wide">
<table>
<thead><tr><th scope="col">design</th>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
<pre>${escaped(text)}</pre>
</body>
</html>
`;
}
