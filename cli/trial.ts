/** A thread that loads a module, and says whether that went well. */
import { parentPort, workerData } from 'node:worker_threads';
import { inALine } from './exit.ts';
import { placeOfError } from '../runs/places.ts';

let what: string | null = null;
try {
  await import(workerData as string);
} catch (error) {
  const place = placeOfError(error);
  // How this package is called here says nothing to whoever wrote the file.
  const why = inALine(error).replace(/'file:[^']*\/library\/index\.js'/, "'writepath'");
  what = `${place === undefined ? '' : `${place}: `}it does not load: ${why}`;
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
parentPort!.postMessage(what);
