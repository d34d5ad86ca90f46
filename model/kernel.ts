/** The kernel that rows run on: all commands, layer upon layer. */
export { Socket as Kernel } from './socket.ts';
