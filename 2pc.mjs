import { explore } from '/work/main/dist/explorer/search.js';
import { twoPhaseCommit } from '/work/main/dist/bench/two-phase-commit.js';
const t=process.hrtime.bigint();const r=explore(twoPhaseCommit(9),{states:2**24,depth:1000});console.log(r.states,r.transitions,Number(process.hrtime.bigint()-t)/1e9);
