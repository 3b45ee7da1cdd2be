/**
 * One exchange per folder. The lock is a listening local socket named after the folder: the kernel
 * takes it away with the process, however that dies. Linux has names without files, Windows pipes;
 * elsewhere a socket file in the temporary folder is reclaimed when nobody answers on it.
 */
import { createHash } from 'node:crypto';
import { realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FolderLock {
  release(): void;
}

function addressOf(folder: string): { readonly path: string; readonly isFile: boolean } {
  const id = `genesis-exchange-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return { path: `\0${id}`, isFile: false };
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\${id}`, isFile: false };
  return { path: join(tmpdir(), `${id}.sock`), isFile: true };
}

/** Null when another exchange holds this folder. */
export async function lockFolder(folder: string): Promise<FolderLock | null> {
  const { path, isFile } = addressOf(folder);
  let server = await listen(path);
  if (server === null && isFile && !(await answers(path))) {
    unlinkSync(path);
    server = await listen(path);
  }
  if (server === null) return null;
  const held = server;
  held.unref();
  return { release: () => void held.close() };
}

function listen(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
