/**
 * What a reader comes to, from what it saw and what was done.
 *
 * An outcome of a row sets the bits that it writes to the same values each time. So from the record
 * of what a reader has seen, and the outcome, follows the record of what it sees then: that need
 * not be looked up. Kept in a table of one place for each, where what came last stands.
 */
const STEPS = 2 ** 14;
/** By which outcome, from which record, to which, and what that says. */
const STEP = 4;
const TO = 2;
const STEP_SHIFT = 32 - Math.log2(STEPS);

export class Steps {
  /** Where `find` says: the record that is come to, and behind it what that says. */
  readonly known = new Int32Array(STEP * STEPS);

  /** Where it stands; 0 where it is not known. Both numbers are above 0. */
  find(by: number, from: number): number {
    const { known } = this;
    const at = placeOf(by, from);
    return known[at] === by && known[at + 1] === from ? at + TO : 0;
  }

  enter(by: number, from: number, to: number, says = 0): void {
    const { known } = this;
    const at = placeOf(by, from);
    known[at] = by;
    known[at + 1] = from;
    known[at + TO] = to;
    known[at + TO + 1] = says;
  }

  /** Outcomes, or records, have other numbers from now on. */
  forget(): void {
    this.known.fill(0);
  }
}

function placeOf(by: number, from: number): number {
  const hash = Math.imul(by, 0x2c1b3c6d) + Math.imul(from, 0x85ebca6b);
  return (hash >>> STEP_SHIFT) * STEP;
}
