// Bundles src/main.ts into dist/ with esbuild: one entry, and a chunk of its own for each import().
// dist/ may serve an engine that is running, so chunks (named by content) are added beside the old
// ones, main.js is replaced last and atomically, and only chunks of past months are removed.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root: string = join(import.meta.dirname, '..');
const dist: string = join(root, 'dist');
const entry: string = join(root, 'src', 'main.ts');
const keepChunksMs = 30 * 24 * 3600 * 1000;

// Bundled CommonJS packages still call these; ES modules do not have them.
const commonJsNames = [
  "import { createRequire as genesisCreateRequire } from 'node:module';",
  'const require = genesisCreateRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

function commit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git(
      'status',
      '--porcelain',
      '--untracked-files=normal',
      '--',
      'src',
      'config',
      'package-lock.json',
    );
    return git('rev-parse', '--short=12', 'HEAD') + (changed === '' ? '' : '+changes');
  } catch {
    return 'unknown';
  }
}

function replaceFile(path: string, contents: Uint8Array | string): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

async function bundle(): Promise<void> {
  const startedAt = new Date();
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24.12',
    sourcemap: 'linked',
    legalComments: 'linked',
    banner: { js: commonJsNames },
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.GENESIS_COMMIT': JSON.stringify(commit()),
    },
    // The SQLite driver is native. protobufjs is not installed: ccxt wants it for other exchanges.
    external: ['better-sqlite3-multiple-ciphers', 'protobufjs', 'protobufjs/*'],
    logLevel: 'warning',
    write: false,
  });

  mkdirSync(dist, { recursive: true });
  const isMain = (path: string): boolean => basename(path).startsWith('main.js');
  const files = [...result.outputFiles].sort((a, b) => Number(isMain(a.path)) - Number(isMain(b.path)));
  for (const file of files) replaceFile(file.path, file.contents);

  const current = new Set(files.map((file) => basename(file.path)));
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (!current.has(name) && startedAt.getTime() - statSync(path).mtimeMs > keepChunksMs) rmSync(path);
  }
  // Dated at the start, so that a file saved during the build is noticed by the next start.
  const stamp = join(dist, '.stamp');
  replaceFile(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

if (!existsSync(entry)) {
  process.stderr.write('build: src/main.ts does not exist, so there is nothing to bundle.\n');
  process.exit(1);
}
try {
  await bundle();
} catch (error) {
  // esbuild has already printed its own errors with file and line.
  const known = typeof error === 'object' && error !== null && 'errors' in error;
  process.stderr.write(known ? 'build: the sources above do not bundle.\n' : `build: ${String(error)}\n`);
  process.exit(1);
}
