/** A step as a small number: which task moved, and what each `choose` was answered. */
import { ANSWERS_MAX } from './turn.ts';

export const TASKS_MAX = 32;

export const encode = (task: number, known: number, answers: Uint8Array): number => {
  let digits = 0;
  for (let i = known - 1; i >= 0; i--) digits = digits * ANSWERS_MAX + answers[i]!;
  return digits * TASKS_MAX + task;
};

/** The task of an action, and its answers, trailing good ones left out. */
export function decode(action: number): { task: number; answers: number[] } {
  const answers: number[] = [];
  for (let rest = Math.floor(action / TASKS_MAX); rest > 0; rest = Math.floor(rest / ANSWERS_MAX)) {
    answers.push(rest % ANSWERS_MAX);
  }
  return { task: action % TASKS_MAX, answers };
}

export function encodeAction(task: number, answers: readonly number[]): number {
  return encode(task, answers.length, Uint8Array.from(answers));
}
