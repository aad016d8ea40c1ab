import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, or fall silent, and be opened again at the same port. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  /** @param target where the server is; the scheme of the URL is kept */
  constructor(private readonly target: URL) {}

  /** Opens the way; answers the URL at which the server is reached by it. */
  async open(): Promise<string> {
    this.server = createServer((near) => this.join(near)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return `${this.target.protocol}//127.0.0.1:${this.port}`;
  }

  /** Lets no byte pass any more on the connections that there are. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Ends all connections, and refuses new ones. */
  cut(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port || 6379), this.target.hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    }
  }
}
