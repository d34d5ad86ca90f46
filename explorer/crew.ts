/** Threads that help with a search, as Node.js has them: how they are begun, and told of. */
import process from 'node:process';
import { MessageChannel, Worker, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { MessagePort, WorkerOptions } from 'node:worker_threads';
import { help } from './helper.ts';
import type { Message, Shared, Thread } from './together.ts';
import type { Machine } from '../machine/machine.ts';

/** What a thread of a crew finds in `workerData`. */
interface Given<D> {
  readonly crew: D;
  readonly shared: Shared;
  readonly port: MessagePort;
}

/** Those that were told to end, and may still be there. */
let leaving: Promise<unknown>[] = [];

/** Once all of them have. */
export async function left(): Promise<void> {
  await Promise.all(leaving);
  leaving = [];
}

/** A thread of a module that asks whether it is one (`ofCrew`), and with what. */
export function beginThread(
  module: URL,
  crew: unknown,
  shared: Shared,
  how?: WorkerOptions,
): Thread {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(module, {
    ...how,
    workerData: { crew, shared, port: port2 },
    transferList: [port2],
  });
  // The search finds out by itself.
  thread.on('error', () => undefined);
  return {
    receive() {
      const messages: Message[] = [];
      for (;;) {
        const got = receiveMessageOnPort(port1);
        if (got === undefined) return messages;
        messages.push(got.message as Message);
      }
    },
    end() {
      leaving.push(thread.terminate());
      port1.close();
    },
  };
}

/** What this thread was begun with; undefined where it is not of a crew. */
export const ofCrew = <D>(): Given<D> | undefined => {
  const given = workerData as Partial<Given<D>> | null;
  return given?.crew === undefined ? undefined : (given as Given<D>);
};

export function helpIn({ shared, port }: Given<unknown>, machine: Machine): void {
  help(machine, shared, {
    send: (message) => port.postMessage(message, []),
    onExit: (ended) => process.once('exit', ended),
  });
}
