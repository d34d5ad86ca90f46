/** The socket: bytes come, stall for the receive time-out, end early, or the connection is reset. */
import { site } from './faults.ts';
import { Iomap } from './iomap.ts';
import { EAGAIN, ECONNRESET, errorName } from './state.ts';

const PEER_SHORT = site('peer-short');
const PEER_RESET = site('peer-reset');
const PEER_STALL = site('peer-stall');

const OPEN = 0;
const CLOSED = 1;
const RESET = 2;
const STALLED = 3;

export class Socket extends Iomap {
  /** The error of the kernel_recvmsg() that this row has given, where it received nothing. */
  recv_error = 0;

  /**
   * kernel_recvmsg(MSG_WAITALL), with sk_rcvtimeo = 8 * HZ, into pages that are locked and kmapped:
   * sleeps until all has come, the peer closes, resets, or has sent nothing for eight seconds.
   * Returns the cells received; with none, the error is in `recv_error`. Lock: lock_sock().
   */
  kernel_recvmsg(pos: number, count: number): number {
    this.command();
    const { socket } = this.s;
    const come = socket.sent - socket.taken;
    if (come < count && socket.state === OPEN) {
      this.wait(this.#peer);
      if (this.tracing) this.sayWait('the network');
      return 0;
    }
    const received = Math.min(come, count);
    if (received > 0) this.mustHoldAll(pos, pos + received);
    this.putCells(pos, received);
    socket.taken += received;
    this.recv_error = 0;
    if (received === 0 && socket.state === RESET) this.recv_error = ECONNRESET;
    if (received === 0 && socket.state === STALLED) this.recv_error = EAGAIN;
    if (this.tracing) {
      const late = socket.state === STALLED ? ' after 8 s' : '';
      const result = this.recv_error ? errorName(this.recv_error) : received;
      this.say(`kernel_recvmsg(${count}) = ${result}${late}`);
    }
    return received;
  }

  get #peer(): number {
    return 1 << this.names.indexOf('peer');
  }

  /** The peer sends what the receiver has asked for, or the beginning of it. */
  peer_send(): void {
    this.command();
    const { socket } = this.s;
    const { count } = this.writers[0]!;
    const short = this.fails(PEER_SHORT, count);
    socket.sent = short > 0 ? short - 1 : count;
    if (this.tracing) this.say(`send(${socket.sent})`);
  }

  /** Having sent all or too little, the peer closes, resets, or falls silent. */
  peer_finish(): void {
    this.command();
    const { socket } = this.s;
    if (this.fails(PEER_RESET)) socket.state = RESET;
    else socket.state = this.fails(PEER_STALL) ? STALLED : CLOSED;
    if (this.tracing) this.say(['', 'close', 'reset', 'falls silent'][socket.state]!);
  }
}
