import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way over the network that can be cut. While it is cut, nothing passes and nobody is told: connections stay open and
 * silent, as where packets are lost. When it is mended, what hung is reset.
 */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (near: Socket) => this.join(near));
  }

  /** Lays a wire to a port of this machine. */
  static async to(targetPort: number): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server, targetPort);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return wire;
  }

  /** The address for which it stands. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  mend(): void {
    this.isCut = false;
    this.reset();
  }

  close(): void {
    this.server.close();
    this.reset();
  }

  private reset(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    this.hold(near);
    if (this.isCut) return;
    const far = connect(this.targetPort, '127.0.0.1');
    this.hold(far);
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  private hold(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy()); // either end may go at any time: that is what it is there for
    socket.once('close', () => this.sockets.delete(socket));
  }
}
