/**
 * What a program, or the file of a design, imports from this package. design.ts is for those who
 * write a design down; what follows it for those who ask what becomes of it.
 */

export * from './design.ts';

// What is asked.
export { BadQuestion, check, explore, replay } from './check.ts';
export type { Answer, CheckOptions, Explored, GivenBounds, Own, Replayed, Seen } from './check.ts';
export { PromiseBroken, commands, fuzz } from './fuzz.ts';
export type { Commands, FuzzOptions, Sampled, Walk } from './fuzz.ts';
export { DesignError } from '../machine/rows.ts';
export { BadReplay } from '../evidence/replay-file.ts';
export type { Account } from '../evidence/account.ts';
export type { Report } from '../evidence/report.ts';
export type { Verdict } from '../explorer/search.ts';
