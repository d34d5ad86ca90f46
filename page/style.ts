/** How the page looks: light, dark, narrow and printed. */

const LIGHT = `
  --paper: #ffffff; --panel: #f5f6f8; --ink: #1b1f24; --soft: #525a66; --line: #c9ced6;
  --accent: #0b57c2; --bad: #b3151f; --bad-paper: #fdecec; --good: #1c6b34;
  --new: #7a4a00; --new-paper: #fff3d6; --now: #dfeaff;
  --old: #d7dce3; --zero: #ffffff; --stale: #f9b4b4; --stripe: #ef8f8f;
  --garbage: #f6c58a; --stripe2: #eaa95a;
  --call0: #b9d6ff; --call1: #b5e6c4; --call2: #dcc7fb; --call3: #a9e3e8; --call4: #f3c9e6;
  --call5: #e2dc9f; --cell-ink: #14171b;`;

const DARK = `
  --paper: #14171b; --panel: #1d2127; --ink: #e6e9ee; --soft: #a7b0bd; --line: #3d4550;
  --accent: #8ab8ff; --bad: #ff9a9a; --bad-paper: #3a1a1d; --good: #86d69d;
  --new: #ffd27a; --new-paper: #3a2d10; --now: #1f3354;
  --old: #4a525e; --zero: #1a1e23; --stale: #8c2730; --stripe: #a83842;
  --garbage: #7d4c10; --stripe2: #97611f;
  --call0: #1f4f8f; --call1: #1d5e37; --call2: #553a86; --call3: #135c63; --call4: #7b3566;
  --call5: #5d5715; --cell-ink: #ffffff;`;

const BASE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { font: 14px/1.4 system-ui, sans-serif; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 .4rem; }
h3, h4, h5 { font-size: .85rem; margin: 0; color: var(--soft); font-weight: 600; }
code, pre, kbd, b, .cell, .chips, .news, .changes, .number { font-family: ui-monospace, monospace; }
code, b, .cell, .chips, .news, .changes, .number { font-size: .8rem; }
ul, ol { list-style: none; margin: 0; padding: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0 0;
  font-size: .9rem; align-content: start; }
dt { color: var(--soft); }
dd { margin: 0; }
.facts { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; }
.facts dl:empty { display: none; }
header { padding: .6rem 1rem; border-left: .5rem solid var(--good); }
header.broken { border-color: var(--bad); }
header.broken h1, .broken > b { color: var(--bad); }
.question { margin: .2rem 0 0; }
#again p { margin: .4rem 0 0; color: var(--soft); font-size: .85rem; }
#again .broken { color: var(--bad); font-weight: 700; }
nav { position: sticky; top: 0; z-index: 2; padding: .5rem 1rem .3rem; background: var(--panel);
  display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center;
  border: solid var(--line); border-width: 1px 0; }
.controls { display: flex; flex-wrap: wrap; gap: .3rem; }
button { font: inherit; color: inherit; background: var(--paper); cursor: pointer;
  border: 1px solid var(--line); border-radius: .3rem; padding: .2rem .6rem; }
button[aria-disabled="true"] { color: var(--soft); border-style: dashed; cursor: default; }
button:focus-visible, summary:focus-visible, pre:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 1px; }
#said { flex: 1 0 100%; margin: 0; min-height: 2.8em; max-height: 5.6em; overflow: auto;
  font-size: .9rem; }
.is-broken #said { border-left: 4px solid var(--bad); padding-left: .5rem; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
kbd { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .15rem .6rem .15rem 0;
  font-weight: 400; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .85rem; }
caption { text-align: left; color: var(--soft); }
main { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 1rem;
  padding: .8rem 1rem; align-items: start; }
.right { display: grid; gap: 1rem; }
.left { position: sticky; top: 6rem; display: flex; flex-direction: column;
  max-height: calc(100vh - 6.5rem); min-height: 24rem; }
#timeline { flex: 0 1 auto; min-height: 8rem; display: flex; flex-direction: column; }
#ways { flex: 0 1 auto; min-height: 4rem; overflow: auto; }
.left h2 { flex: none; margin-top: .6rem; } .left h2:first-child { margin-top: 0; }
.what { font-size: .9rem; min-width: 0; flex: 1; }
footer { padding: .5rem 1rem 1rem; color: var(--soft); }
.text { padding: 0 1rem; }
pre { overflow-x: auto; background: var(--panel); padding: .8rem; font-size: .8rem; }
.note, .was { color: var(--soft); font-family: system-ui, sans-serif; font-size: .8rem; }
.for-reader { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
`;

const LANES = `
#timeline { container-type: inline-size; --lanes: 1; }
.lane-names, .steps { --pitch: min(4.5rem, calc(38cqi / var(--lanes))); position: relative; }
.lane-name { display: block; margin-left: calc(2.6rem + var(--lane) * var(--pitch));
  border-left: 2px solid var(--line); padding-left: .4rem; font-size: .8rem; color: var(--soft); }
.steps { min-height: 6rem; overflow: auto;
  border: 1px solid var(--line); border-radius: .3rem; }
.step, .way { display: flex; width: 100%; text-align: left; border: 0; border-radius: 0;
  padding: .15rem .4rem .15rem 0; background: transparent; }
.number { flex: none; width: 2.2rem; padding-right: .5rem; text-align: right; color: var(--soft); }
.step .what { margin-left: calc(var(--lane, 0) * var(--pitch));
  border-left: 2px solid var(--accent);
  padding-left: .4rem; position: relative; }
.step .what::before { content: ""; position: absolute; top: -.2rem; bottom: -.2rem;
  left: calc(-1 * var(--lane, 0) * var(--pitch)); width: calc(var(--lane, 0) * var(--pitch));

   background: repeating-linear-gradient(
    to right, var(--line) 0 2px, transparent 2px var(--pitch)); }
.step:hover, .way:hover { background: var(--panel); }
.step[aria-current] { background: var(--now); box-shadow: inset 4px 0 0 var(--accent); }
.step.ahead .what { color: var(--soft); }
.branch .what { border-left-style: dashed; }
.branch .number::after { content: "*"; }
.changes { display: block; color: var(--soft); }
.what .note { margin-right: .4rem; }
.fault, .breaks { display: inline-block; margin-right: .3rem; font-weight: 700;
  padding: 0 .3rem; border-radius: .2rem; font-size: .8rem; }
.fault { color: var(--new); background: var(--new-paper); border: 1px solid; }
.breaks { color: var(--bad); background: var(--bad-paper); border: 1px solid; }
.way { border: 1px solid var(--line); border-radius: .3rem; margin-bottom: .2rem; }
.way .what { padding-left: .2rem; }
.way.next { border-color: var(--accent); }
.task { color: var(--soft); }
.waiting { color: var(--soft); font-size: .85rem; margin-top: .3rem; }
`;

const STATE = `
.cells { display: inline-flex; border: 1px solid var(--soft); vertical-align: middle; }
.cell { min-width: 2.4em; padding: .1rem .25rem; text-align: center; color: var(--cell-ink);
  border-right: 1px solid var(--soft); print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.cell:last-child { border-right: 0; }
.cell.old { background: var(--old); } .cell.zero { background: var(--zero); color: var(--ink); }
.cell.stale { font-weight: 700; background:
  repeating-linear-gradient(45deg, var(--stale) 0 5px, var(--stripe) 5px 7px); }
.cell.garbage { font-weight: 700; background:
  repeating-linear-gradient(-45deg, var(--garbage) 0 5px, var(--stripe2) 5px 7px); }
.cell.call0 { background: var(--call0); } .cell.call1 { background: var(--call1); }
.cell.call2 { background: var(--call2); } .cell.call3 { background: var(--call3); }
.cell.call4 { background: var(--call4); } .cell.call5 { background: var(--call5); }
.cell.beyond { opacity: .75; border-style: dashed; text-decoration: underline dotted; }
.cell.changed { outline: 2px solid var(--new); outline-offset: -2px; }
.chips { display: flex; flex-wrap: wrap; gap: .2rem; margin: .2rem 0; }
.chips:empty { display: none; }
.chips > li { border: 1px solid var(--line); border-radius: .3rem; padding: 0 .3rem; }
.chips > .changed { border-color: var(--new); color: var(--new); background: var(--new-paper); }
.held > li { border-color: var(--ink); font-weight: 700; }
.news { margin: 0; color: var(--new); }
.file, .others { margin-top: .5rem; } .others p { margin: 0; }
.pages, .blocks, .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: stretch; }
.pages { margin-top: .3rem; }
.page { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem;
  background: var(--panel);
  flex: 1 1 11rem; max-width: 24rem; }
.page.locked { border: 2px solid var(--ink); }
.column { flex: 1 1 9rem; display: flex; flex-direction: column; gap: .3rem; }
.line, .cached, .extent, .disk { display: flex; flex-wrap: wrap; align-items: center;
  gap: .1rem .5rem; }
.line .chips, .cached .chips, .extent .chips, .disk .chips { margin: 0; }
.news { flex: 1 0 100%; }
.others .disk { flex: 0 1 auto; }
.tasks { font-size: .85rem; } .tasks th { white-space: nowrap; }
.tasks td:nth-child(2) { min-width: 7rem; }
.cached, .extent, .disk { border: 1px solid var(--line); border-radius: .3rem; padding: .3rem;
  background: var(--paper); }
.absent { border-style: dashed; color: var(--soft); }
.extent { border-style: dotted; }
.disk { border-left-width: 4px; }
.page.changed, .cached.changed, .extent.changed, .disk.changed, .inode.changed, .world.changed {
  outline: 2px solid var(--new); outline-offset: 1px; }
.inode, .world { padding: 0 .2rem; border-radius: .3rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem .8rem; margin-top: .6rem; font-size: .8rem;
  color: var(--soft); }
.legend .cell { display: inline-block; font-size: .7rem; border: 1px solid var(--soft); }
.moving { background: var(--now); }
.waits { color: var(--bad); }
.promises .broken { border: 2px solid var(--bad); border-radius: .4rem; padding: .4rem .6rem;
  margin-bottom: .5rem; background: var(--bad-paper); }
.promises.kept { columns: 16rem; font-size: .85rem; }
.fields { font-size: .8rem; } .fields .changed { color: var(--new); }
`;

const NARROW = `
@media (max-width: 760px) {
  main { grid-template-columns: minmax(0, 1fr); padding: .6rem; }
  header, nav, .text, footer { padding-left: .6rem; padding-right: .6rem; }
  .left { position: static; display: block; max-height: none; min-height: 0; }
  #timeline { display: block; } .steps { max-height: 45vh; } #ways { overflow: visible; }
  .facts { grid-template-columns: minmax(0, 1fr); }
  #said { font-size: .8rem; }
  .tasks thead { display: none; }
  .tasks tr { display: grid; grid-template-columns: 6rem minmax(0, 1fr);
    border-bottom: 1px solid var(--line); }
  .tasks th, .tasks td { border: 0; white-space: normal; } .tasks td { grid-column: 2; }
  .tasks td:empty { display: none; } .tasks th { grid-row: 1 / 4; }
  .waits::before { content: "waits for "; }
  .page { max-width: none; flex-basis: 100%; }
}
`;

const PRINT = `
@media print {
  :root { ${LIGHT} }
  nav { position: static; border: 0; padding: 0 1rem; background: none; }
  .controls, #help, .all { display: none; }
  .left { position: static; display: block; max-height: none; }
  #timeline { display: block; } #ways { overflow: visible; }
  main { display: block; }
  .steps { max-height: none; overflow: visible; }
  .step.ahead .what { color: var(--ink); }
  #said { max-height: none; }
  .right > section, .page, .way, li { break-inside: avoid; }
  .right > section { margin-top: 1rem; }
  pre { overflow: visible; white-space: pre-wrap; background: none; break-before: page; }
}
`;

export const STYLE = [BASE, LANES, STATE, NARROW, PRINT].join('');
