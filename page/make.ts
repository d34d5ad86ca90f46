/** A page as text: one file that needs no other, with a policy that lets it ask for none. */
import { sha256Base64 } from '../evidence/digest.ts';
import { escaped } from '../evidence/svg.ts';
import { scriptOf } from './bundle.ts';
import type { PageParts } from './data.ts';
import { STYLE } from './style.ts';

/** A script that holds data ends at the first `</`, wherever that stands. */
const json = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');

const hashOf = (text: string): string => `'sha256-${sha256Base64(text)}'`;

/** No request, no form, no code but this, and no text that is taken for HTML. */
const policy = (script: string): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

const facts = (all: readonly (readonly [string, string])[]): string =>
  all.map(([label, text]) => `<dt>${escaped(label)}</dt><dd>${escaped(text)}</dd>`).join('\n');

/** Labels of what stands below the breach, or in its place. */
const FIRST = new Set(['Because', 'Verdict', 'Shown']);

function header({ title, scenario, question, breach, facts: known }: PageParts): string {
  const broken =
    breach === null
      ? []
      : [
          ['Promised', breach.promised] as const,
          ...(breach.expected === breach.promised ? [] : [['Expected', breach.expected] as const]),
          ['Found', breach.found] as const,
          ['Where', breach.where] as const,
          ...(breach.meets === undefined ? [] : [['User space', breach.meets] as const]),
        ];
  const isFirst = ([label]: readonly [string, string]) => FIRST.has(label);
  const why = known.filter(isFirst);
  const rest = known.filter((one) => !isFirst(one));
  return `<header class="${breach === null ? 'kept' : 'broken'}">
<h1>${escaped(title)}</h1>
<p class="question"><b>${escaped(scenario)}</b> ${escaped(question)}</p>
<div class="facts"><dl>${facts([...broken, ...why])}</dl>
<dl>${facts(rest)}</dl></div>
<div id="again"></div>
</header>`;
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Left, p, k', 'one step back'],
  ['Right, n, j', 'one step forward'],
  ['Home, End', 'first step, last step'],
  ['1 to 9', 'take what is listed with that number, and go on from there'],
  ['b', 'back to the recorded trace'],
  ['?', 'show or hide this'],
];

const keyRow = ([key, does]: readonly [string, string]): string =>
  `<tr><th scope="row"><kbd>${key}</kbd></th><td>${does}</td></tr>`;

const help = `<details id="help"><summary>Keys: Left, Right, Home, End, 1 to 9, b, ?</summary>
<table>${KEYS.map(keyRow).join('\n')}</table>
<p>A link to this page with <code>#step-12</code> shows the state after step 12;
<code>#step-12/3.1</code> goes on from there with what is listed as 3, and then as 1.</p>
</details>`;

const MAIN = `<nav aria-label="Steps"><div id="controls" class="controls"></div>
${help}
<p id="said" role="status" aria-live="polite" aria-atomic="true"></p></nav>
<main>
<section class="left" aria-labelledby="h-steps"><h2 id="h-steps">Steps</h2>
<div id="timeline"></div>
<h2 id="h-ways">What can happen next</h2>
<div id="ways" role="group" aria-labelledby="h-ways"></div></section>
<section class="right">
<section aria-labelledby="h-state"><h2 id="h-state">State after this step</h2>
<div id="state"></div>
<div id="legend"></div></section>
<section aria-labelledby="h-tasks"><h2 id="h-tasks">Tasks and locks</h2>
<div id="tasks"></div></section>
<section aria-labelledby="h-promises"><h2 id="h-promises">Promises:
<span id="broken-count"></span></h2>
<div id="promises"></div></section>
<details class="all"><summary>All fields</summary><div id="fields"></div></details>
</section>
</main>`;

/** `modules`: addresses of those that have the design, and promises of the user's own. */
export async function pageText(parts: PageParts, modules: readonly string[]): Promise<string> {
  // In a script a comment of HTML, and what looks like one of its own tags, would end or hide it.
  const script = (await scriptOf(modules))
    .replaceAll('<!--', '\\x3c!--')
    .replace(/<(?=\/?script)/gi, '\\x3c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="writepath ${escaped(parts.version)}">
<link rel="icon" href="data:,">
<title>writepath: ${escaped(parts.title)} (${escaped(parts.scenario)})</title>
<style>${STYLE}</style>
</head>
<body>
${header(parts)}
<noscript><p>Without scripts, this page is the text below.</p></noscript>
${MAIN}
<section class="text" aria-labelledby="h-text"><h2 id="h-text">As text</h2>
<pre tabindex="0" aria-labelledby="h-text">${escaped(parts.text)}</pre></section>
<footer>writepath ${escaped(parts.version)}</footer>
<script type="application/json" id="data">${json(parts.data)}</script>
<script>${script}</script>
</body>
</html>
`;
}
