/** What a job names, made ready to run. */
import type { Design } from '../model/design.ts';
import { prepare } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { withMends } from '../runs/mends.ts';
import { called, namedIn } from './catalog.ts';
import { copyOf } from './copies.ts';
import type { Job } from './job.ts';

/** The run, a copy of its design, and all designs that there are. */
export async function prepared(job: Job): Promise<[Run, Design, readonly Design[]]> {
  const { designs, scenarios, properties } = await namedIn(job.modules);
  const design = called('design', job.design, designs);
  const copy = (job.copy ? await copyOf(design, job.modules) : undefined) ?? design;
  const mends = job.mends ?? [];
  const run = prepare(
    withMends(design, mends),
    called('scenario', job.scenario, scenarios),
    job.bounds,
    properties.filter(({ name }) => job.properties?.includes(name) ?? true),
  );
  return [run, withMends(copy, mends), designs];
}
