/**
 * A thread that loads a module and calls the functions of its scenarios, and says whether that went
 * well: they are called where nobody could cut them off.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { placeOfError } from '../runs/places.ts';
import { exportedBy } from './catalog.ts';
import type { Named } from './catalog.ts';
import { inALine } from './exit.ts';

function called({ designs, scenarios, properties }: Named): void {
  for (const { writers, files, geometry, asks } of scenarios) {
    writers(geometry);
    files(geometry);
    designs.forEach((design) => asks?.can(design));
  }
  for (const property of properties) designs.forEach((design) => property.asks?.(design));
}

let what: string | null = null;
try {
  called(await exportedBy(workerData as string));
} catch (error) {
  const place = placeOfError(error);
  // How this package is called here says nothing to whoever wrote the file.
  const why = inALine(error).replace(/'file:[^']*\/library\/index\.js'/, "'writepath'");
  what = `${place === undefined ? '' : `${place}: `}it does not load: ${why}`;
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
parentPort!.postMessage(what);
