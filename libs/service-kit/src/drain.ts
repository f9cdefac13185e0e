import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets a server that is being closed end in good time. Node closes those connections that are idle at that moment; it waits
 * for those over which nothing was ever sent, as for a request that is about to come, and for those that become idle later,
 * for about a minute each.
 */
export class Connections {
  private readonly open = new Set<Socket>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** To be called beside `close`. `limitMs` later, every connection that is left is closed. */
  drain(limitMs: number): void {
    const closeUnused = (): void => {
      this.server.closeIdleConnections();
      for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
    };
    closeUnused();
    const limit = setTimeout(() => this.server.closeAllConnections(), limitMs).unref();
    // What was in the listening queue arrives after the call, and what is being answered is idle then.
    const again = setInterval(closeUnused, 100).unref();
    this.server.once('close', () => {
      clearTimeout(limit);
      clearInterval(again);
    });
  }
}
