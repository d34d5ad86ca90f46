/** The first of the kernel's designs in kernel.ts, made ready by this build. */
import { DESIGNS } from '../model/designs/all.ts';
import { prepare } from '../runs/check.ts';
import type { Run } from '../runs/check.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { KERNEL_RUNS } from './kernel.ts';

export function paat(): Run {
  const { design, scenario, bounds } = KERNEL_RUNS['PAAT']!;
  return prepare(
    DESIGNS.find(({ name }) => name === design)!,
    SCENARIOS.find(({ name }) => name === scenario)!,
    bounds,
  );
}
