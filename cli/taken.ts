/** Runs that are taken again, or by hand: no search. */
import { mail } from '../evidence/mail.ts';
import { readReplay } from '../evidence/read-replay.ts';
import { BadReplay } from '../evidence/replay-file.ts';
import type { ReplayFile } from '../evidence/read-replay.ts';
import { unknownName } from '../evidence/nearest.ts';
import { rerun } from '../evidence/rerun.ts';
import { kernelSystem } from '../model/system.ts';
import type { KernelSystem } from '../model/system.ts';
import { prepare } from '../runs/check.ts';
import { modelName } from '../runs/recorded.ts';
import { session as byHand } from '../runs/session.ts';
import type { Said } from '../runs/session.ts';
import { brokenPage } from '../page/gather.ts';
import { alone } from './alone.ts';
import { refusing } from './blame.ts';
import { called, namedIn } from './catalog.ts';
import type { Named } from './catalog.ts';
import { watched } from './job.ts';
import { statement } from './verified.ts';
import type { Answer, ReplayJob, Replayed, SessionJob } from './job.ts';

/** Takes the trace of a file again; whatever is wrong with it is told with its name. */
function taken(shared: Int32Array, file: string, content: string, all: Named) {
  return refusing(file, () => {
    const recorded = readReplay(content);
    refuseUnknown(recorded, all);
    refuseUnfit(recorded, all);
    const made = (system: KernelSystem) => watched(shared, system);
    return { ...rerun(recorded, { ...all, made }), by: recorded.found.by };
  });
}

/** What a line does. */
export const session = (job: SessionJob): Promise<Answer<Said>> =>
  alone(
    job,
    () => namedIn(job.modules),
    (all) => {
      const again = job.file && taken(job.shared, job.file.name, job.file.content, all);
      const { geometry, faults_max } = again?.run.setup ?? {};
      const bounds = again === undefined ? job.bounds : { ...geometry, faults_max: faults_max! };
      const run = prepare(
        called('design', job.design, all.designs),
        called('scenario', job.scenario, all.scenarios),
        bounds,
        all.properties,
      );
      watched(job.shared, run.system);
      return byHand(run, job.actions, again?.actions ?? [], job.line);
    },
  );

/** A trace is taken again, without a search. */
export const replay = (job: ReplayJob): Promise<Answer<Replayed>> =>
  alone(
    job,
    () => namedIn(job.modules),
    (all) => {
      const { run, property, actions, loop, changed, by } = taken(
        job.shared,
        job.file,
        job.content,
        all,
      );
      const found = { by: 'replay', first: by } as const;
      const text = mail({ run, property, trace: actions, loop, found, model: modelName() });
      const again = { text, changed, steps: actions.length };
      if (!job.page) return again;
      const traced = { trace: actions, ...(loop > 0 && { loop }) };
      const explored = 'nothing: replayed from a file';
      const judged = all.properties.filter((one) => one.asks?.(run.design) ?? true);
      const broken = { property: property.name, traced, because: [], explored, text, judged };
      return { ...again, page: brokenPage(run, broken) };
    },
  );

/** The same, by two interpreters. */
export const verify = (job: ReplayJob): Promise<Answer<Replayed>> =>
  alone(
    job,
    () => namedIn(job.modules),
    (all) => {
      const again = taken(job.shared, job.file, job.content, all);
      const text = statement(readReplay(job.content), again);
      return { text, changed: again.changed, steps: again.actions.length };
    },
  );

function refuseUnknown({ design }: ReplayFile, { designs }: Named): void {
  const names = designs.map(({ name }) => name);
  if (names.includes(design)) return;
  const unknown = unknownName('design', design, names);
  throw new BadReplay(`${unknown}; where a file of your own has it, name it, too: FILE ./mine.ts`);
}

/** Bounds may be in range, and still be such as the design's filesystem cannot have. */
function refuseUnfit({ design: name, bounds }: ReplayFile, { designs }: Named): void {
  const design = designs.find((one) => one.name === name);
  if (design === undefined) return;
  try {
    kernelSystem(design, bounds, () => []).system.initial();
  } catch (error) {
    throw new BadReplay(`bounds that cannot be run: ${(error as Error).message}`, { cause: error });
  }
}
