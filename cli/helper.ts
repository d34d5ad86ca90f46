/** A thread that helps with the search of a job: what cli/helpers.ts begins. */
import { Console } from 'node:console';
import { helpIn, ofCrew } from '../explorer/crew.ts';
import { clockOf } from './job.ts';
import type { Job } from './job.ts';
import { prepared } from './prepared.ts';

// What a design prints is no result.
globalThis.console = new Console(process.stderr);

const given = ofCrew<Job>()!;
const { crew: job, shared } = given;
// The design itself is searched, and not its copy.
const [{ system }] = await prepared({ ...job, copy: false });
system.clock = clockOf(job.shared, 1 + shared.helper);
helpIn(given, system);
