/** How a recording ends when it cannot go on. */

/** The machine lacks something, or a call that must succeed did not; the message is one line. */
export class Cannot extends Error {
  override readonly name = 'Cannot';
}

/**
 * A sequence saw bytes that it had not written. It carries nothing: such a sequence is counted, and
 * neither written down nor shrunk, run again or printed.
 */
export class Withheld extends Error {
  override readonly name = 'Withheld';
  constructor() {
    super('withheld');
    // Not even where in the sequence it was.
    this.stack = '';
  }
}
