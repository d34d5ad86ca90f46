/** The socket: bytes come, stall for the receive time-out, end early, or the connection is reset. */
import { oneOf, range, untold, worded } from '../machine/struct.ts';
import { EAGAIN, ECONNRESET, errorName } from './errno.ts';
import { cellsOf } from './geometry.ts';
import { mustHoldAll, putCell } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, fault, task } from './subsystem.ts';
import type { Ctx, Face } from './subsystem.ts';

const OPEN = 0;
const CLOSED = 1;
const RESET = 2;
const STALLED = 3;

const SOCKET = declare({
  name: 'socket',
  world: (z) => {
    const cells = range(z.socket ? cellsOf(z.geometry) * z.threads : 0);
    return {
      socket: {
        sent: worded(cells, { change: (to) => `${to} cells on the way`, stand: () => '' }),
        taken: untold(cells),
        state: worded(z.socket ? oneOf('open', 'closed', 'reset', 'stalled') : range(0), {
          change: (to) => `connection ${to}`,
          stand: () => '',
        }),
      },
    };
  },
  sites: {
    peer_short: fault('the peer sends only 0, 1, ... cells'),
    peer_reset: fault('the peer resets the connection', 'reset'),
    peer_stall: fault('the peer is silent for longer than the time-out', 'stall'),
  },
});
type K = Ctx<typeof SOCKET> & PageCache;

const commands = {
  /**
   * kernel_recvmsg(MSG_WAITALL), with sk_rcvtimeo = 8 * HZ, into pages that are locked and kmapped:
   * sleeps until all has come, the peer closes, resets, or has sent nothing for eight seconds.
   * Returns the cells received; with none, an error below zero. Lock: lock_sock().
   */
  kernel_recvmsg(this: K, pos: number, count: number): number {
    this.command();
    const { socket } = this.s;
    const come = socket.sent - socket.taken;
    if (come < count && socket.state === OPEN) {
      this.wait(this.peer);
      if (this.tracing) this.sayWait('the network');
      return 0;
    }
    const received = Math.min(come, count);
    if (received > 0) mustHoldAll(this, pos, pos + received);
    const place = this.call.pos + socket.taken;
    for (let i = 0; i < received; i++) {
      putCell(this, pos + i, this.cells.written(this.current, place + i));
    }
    socket.taken += received;
    this.ledger.consumes(this.current, received);
    let error = 0;
    if (received === 0 && socket.state === RESET) error = ECONNRESET;
    if (received === 0 && socket.state === STALLED) error = EAGAIN;
    if (this.tracing) {
      const late = socket.state === STALLED ? ' after 8 s' : '';
      this.say(`kernel_recvmsg(${count}) = ${error ? errorName(error) : received}${late}`);
    }
    return error ? -error : received;
  },

  /** The peer sends what the receiver has asked for, or the beginning of it. */
  peer_send(this: K): void {
    this.command();
    const { socket } = this.s;
    const { count } = this.s.call[0]!;
    const short = this.fails(this.site.peer_short, count);
    socket.sent = short > 0 ? short - 1 : count;
    if (this.tracing) this.say(`send(${socket.sent})`);
  },

  /** Having sent all or too little, the peer closes, resets, or falls silent. */
  peer_finish(this: K): void {
    this.command();
    const { socket } = this.s;
    if (this.fails(this.site.peer_reset)) socket.state = RESET;
    else socket.state = this.fails(this.site.peer_stall) ? STALLED : CLOSED;
    if (this.tracing) this.say(['', 'close', 'reset', 'falls silent'][socket.state]!);
  },
};

export const socket = {
  ...SOCKET,
  commands,
  tasks: {
    peer: task<Face<{ commands: typeof commands }>>()(
      'sends what is to be received',
      {},
      {
        send(k) {
          k.peer_send();
          return 'finish';
        },
        finish(k) {
          k.peer_finish();
          return 'done';
        },
      },
      { daemon: false, present: (_, uses_socket) => uses_socket },
    ),
  },
};
