/** Runs the directed sequences of one filesystem; lines of traces, as record.ts has them. */
import type { FilesystemName } from '../traces/format.ts';
import { DIRECTED } from './directed.ts';
import type { Blocks, Mode } from './geometry.ts';
import { HELD } from './held-questions.ts';
import { tracedHeld } from './held.ts';
import { traced } from './record.ts';
import { askedOn, scripted } from './script.ts';
import { openSession } from './session.ts';

export interface Lines {
  readonly lines: readonly string[];
  readonly withheld: number;
}

/** A question that is withheld is left out, as if it had not been asked. */
export async function recordDirected(fs: FilesystemName, blocks: Blocks): Promise<Lines> {
  const lines: string[] = [];
  let withheld = 0;
  const modes: readonly Mode[] = ['plain', 'enospc'];
  for (const mode of modes) {
    const session = await openSession({ fs, blocks, mode });
    try {
      DIRECTED.forEach((directed, q) => {
        if (!askedOn(directed, fs) || (directed.mode ?? 'plain') !== mode) return;
        const origin = { mode: `directed: ${directed.name}`, seed: 0, q };
        const trace = traced(session, scripted(directed, session.sizes, fs), origin);
        if (trace === undefined) withheld++;
        else lines.push(JSON.stringify(trace));
      });
    } finally {
      session.close();
    }
  }
  return { lines, withheld };
}

/** The same of the writes that are held still. */
export async function recordHeld(fs: FilesystemName, blocks: Blocks): Promise<Lines> {
  const lines: string[] = [];
  let withheld = 0;
  const session = await openSession({ fs, blocks, mode: 'plain' });
  try {
    for (const [q, question] of HELD.entries()) {
      if (!askedOn(question, fs)) continue;
      const origin = { mode: `held: ${question.name}`, seed: 0, q };
      const trace = await tracedHeld(session, question, origin);
      if (trace === undefined) withheld++;
      else lines.push(JSON.stringify(trace));
    }
  } finally {
    session.close();
  }
  return { lines, withheld };
}
