/**
 * Sockets, one a call that receives: bytes come, stall for the receive time-out, end early, or the
 * connection is reset. The peer serves one call at a time, of those that run the first.
 */
import { flag, oneOf, range, untold, worded } from '../machine/struct.ts';
import { RUNNING, WRITE } from './core.ts';
import { EAGAIN, ECONNRESET, errorName } from './errno.ts';
import { cellsOf } from './geometry.ts';
import { mustHoldAll, putCell } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';
import { declare, fault, task } from './subsystem.ts';
import type { Ctx, Face, Lock } from './subsystem.ts';

export const OPEN = 0;
/** The peer has sent all that it will. */
export const CLOSED = 1;
export const RESET = 2;
/** Silent for longer than the time-out, and for ever. */
export const STALLED = 3;

const SOCKET = declare({
  name: 'socket',
  call: (z) => {
    const cells = range(z.socket ? cellsOf(z.geometry) : 0);
    return {
      sent: worded(cells, { change: (to) => `${to} cells on the way`, stand: () => '' }),
      taken: untold(cells),
      served: untold(z.socket ? flag : range(0)),
      connection: worded(z.socket ? oneOf('open', 'closed', 'reset', 'stalled') : range(0), {
        change: (to) => `connection ${to}`,
        stand: () => '',
      }),
      /** sk_lock is owned by the call: only of a design that says `uses: ['lock_sock']`. */
      sock_locked: untold(range(z.uses.has('lock_sock') ? 1 : 0)),
    };
  },
  /** The number of the call that the peer has sent to, and not finished with. */
  world: (z) => ({ serving: untold(range(z.socket ? z.calls - 1 : 0)) }),
  sites: {
    peer_short: fault('the peer sends only 0, 1, ... cells'),
    peer_reset: fault('the peer resets the connection', 'reset'),
    peer_stall: fault('the peer is silent for longer than the time-out', 'stall'),
  },
});
export type Socket = Ctx<typeof SOCKET> & PageCache;
type K = Socket;

/** What the peer has still to send. */
const NETWORK: Lock<K> = {
  what: 'the network',
  count: () => 1,
  holders: (k) => k.peer,
  completion: true,
};

/**
 * kernel_recvmsg(MSG_WAITALL), with sk_rcvtimeo = 8 * HZ: sleeps until all has come, the peer
 * closes, resets, or has sent nothing for eight seconds. Returns the cells received; with none, an
 * error below zero. Where they go is the caller's. Lock: lock_sock(), which it gives up while it
 * sleeps. `what` it is called in a trace, and for how long it sleeps.
 */
export function receive(k: K, count: number, what = 'kernel_recvmsg', time_out = '8 s'): number {
  const call = k.s.call[k.current]!;
  const come = call.sent - call.taken;
  if (come < count && call.connection === OPEN) {
    k.wait(k.peer, NETWORK);
    if (k.tracing) k.sayWait('the network');
    return 0;
  }
  const received = Math.min(come, count);
  call.taken += received;
  k.ledger.consumes(k.current, received);
  let error = 0;
  if (received === 0 && call.connection === RESET) error = ECONNRESET;
  if (received === 0 && call.connection === STALLED) error = EAGAIN;
  if (k.tracing) {
    const late = call.connection === STALLED ? ` after ${time_out}` : '';
    k.say(`${what}(${count}) = ${error ? errorName(error) : received}${late}`);
  }
  return error ? -error : received;
}

/** A call that runs and that the peer has not served; with none, idles and returns -1. */
function nextCall(k: K): number {
  const { call } = k.s;
  for (let i = 0; i < call.length; i++) {
    const receives = k.calls[i]!.call === WRITE && call[i]!.state === RUNNING;
    if (receives && call[i]!.served === 0) return i;
  }
  k.idle();
  return -1;
}

/** Puts what was received into the pages of [pos, ...), which are locked. */
function intoPages(k: K, pos: number, received: number): number {
  const call = k.s.call[k.current]!;
  if (received <= 0) return received;
  mustHoldAll(k, pos, pos + received);
  const place = call.pos + call.taken - received;
  for (let i = 0; i < received; i++) {
    putCell(k, pos + i, k.cells.written(k.current, place + i));
  }
  return received;
}

const commands = {
  /**
   * lock_sock() by a caller that reads the socket's queue itself. Each call has a socket of its
   * own, and what comes meanwhile goes to the backlog: nobody waits for it. A design that gives it
   * says so: `uses: ['lock_sock']`.
   */
  lock_sock(this: K): void {
    this.command();
    this.mustUse('lock_sock');
    const call = this.s.call[this.current]!;
    if (call.sock_locked) this.wrong('takes lock_sock() twice');
    call.sock_locked = 1;
    if (this.tracing) this.say('lock_sock()');
  },

  release_sock(this: K): void {
    this.command();
    const call = this.s.call[this.current]!;
    if (!call.sock_locked) this.wrong('releases a lock_sock() that it does not hold');
    call.sock_locked = 0;
    if (this.tracing) this.say('release_sock()');
  },

  /**
   * kernel_recvmsg() into pages that are locked and kmapped; `seconds`: sk_rcvtimeo, as its caller
   * has set it.
   */
  kernel_recvmsg(this: K, pos: number, count: number, seconds = 8): number {
    this.command();
    return intoPages(this, pos, receive(this, count, 'kernel_recvmsg', `${seconds} s`));
  },

  /**
   * oxnas_net_get_bytes() and memcpy(): reads the queue of a socket that the caller has locked,
   * into a page that is locked. The time-out is the user's own. Lock: lock_sock().
   */
  net_get_bytes(this: K, pos: number, count: number): number {
    this.command();
    if (!this.s.call[this.current]!.sock_locked) this.wrong('reads a socket without lock_sock()');
    return intoPages(this, pos, receive(this, count, 'oxnas_net_get_bytes', 'the time-out'));
  },

  /** The peer sends what the receiver has asked for, or the beginning of it. */
  peer_send(this: K): void {
    this.command();
    const number = nextCall(this);
    if (number < 0) return;
    const call = this.s.call[number]!;
    this.s.serving = number;
    const short = this.fails(this.site.peer_short, call.count);
    call.sent = short > 0 ? short - 1 : call.count;
    if (this.tracing) this.say(`send(${call.sent})`);
  },

  /** Having sent all or too little, the peer closes, resets, or falls silent. */
  peer_finish(this: K): void {
    this.command();
    const call = this.s.call[this.s.serving]!;
    if (this.fails(this.site.peer_reset)) call.connection = RESET;
    else call.connection = this.fails(this.site.peer_stall) ? STALLED : CLOSED;
    call.served = 1;
    this.s.serving = 0;
    if (this.tracing) this.say(['', 'close', 'reset', 'falls silent'][call.connection]!);
  },
};

export const socket = {
  ...SOCKET,
  locks: [NETWORK],
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
          return 'send';
        },
      },
      { present: (_, uses_socket) => uses_socket },
    ),
  },
  must_be_free: [
    {
      what: 'lock_sock()',
      by: (k: K, thread: number) => {
        for (let i = 0; i < k.calls.length; i++) {
          if (k.calls[i]!.thread === thread && k.s.call[i]!.sock_locked === 1) return true;
        }
        return false;
      },
    },
  ],
};
