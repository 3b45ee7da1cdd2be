// The rooms of src/ and who may look into which: the table of docs "Who may import whom".
// A room is a folder (or one file); the longest matching room owns a file.

export type Room = {
  readonly at: string;
  /** Rooms or files it may import besides itself; '*' is everything. */
  readonly sees: readonly string[];
  /** Pure rooms use no node: module, package, clock, chance, timer, process or network. */
  readonly pure: boolean;
};

const domain: readonly string[] = ['core', 'market', 'engine', 'strategies', 'tilt', 'analytics'];

const rooms: readonly Room[] = [
  { at: 'main.ts', sees: ['*'], pure: false },
  { at: 'core', sees: [], pure: true },
  { at: 'market', sees: ['core'], pure: true },
  // The files directly in engine/ (pipeline.ts, unlock.ts) join the domain folders together.
  { at: 'engine', sees: domain, pure: true },
  { at: 'engine/event-bus', sees: ['core'], pure: true },
  { at: 'engine/risk-engine', sees: ['core'], pure: true },
  { at: 'engine/state-machine', sees: ['core'], pure: true },
  { at: 'engine/executor', sees: ['core', 'engine/state-machine/grants.ts'], pure: true },
  { at: 'engine/portfolio', sees: ['core'], pure: true },
  { at: 'strategies', sees: ['core'], pure: true },
  { at: 'tilt', sees: ['core'], pure: true },
  // Judges the detector without knowing it: neither imports the other, only core/ports/tilt-judge.ts joins them.
  { at: 'tilt-evaluation', sees: ['core'], pure: true },
  { at: 'analytics', sees: ['core'], pure: true },
  { at: 'exchange', sees: ['core'], pure: false },
  { at: 'data', sees: ['core'], pure: false },
  { at: 'simulator', sees: ['core', 'simulator'], pure: false },
  { at: 'simulator/matching', sees: ['core'], pure: true },
  { at: 'api', sees: ['core', 'analytics'], pure: false },
  { at: 'ui', sees: ['core', 'analytics'], pure: false },
  { at: 'backtest', sees: ['core', 'engine', 'simulator/matching'], pure: false },
  { at: 'config', sees: ['core'], pure: false },
  { at: 'wiring', sees: ['*'], pure: false },
  { at: 'dst', sees: ['*'], pure: false },
  {
    at: 'cli',
    sees: [
      'core',
      'analytics',
      'config',
      'wiring',
      'dst',
      'backtest',
      'api',
      'ui',
      'data',
      'simulator',
      'tilt-evaluation',
    ],
    pure: false,
  },
];

/** A service.ts is the thin shell of its domain folder: it sees every domain folder and may be impure. */
const serviceSees: readonly string[] = domain;

/** Rooms with few guests, whatever "sees" says. */
const guests: Readonly<Record<string, readonly string[]>> = {
  'main.ts': [],
  cli: ['main.ts'],
  wiring: ['main.ts', 'cli', 'dst'],
  ui: ['main.ts', 'wiring', 'cli'],
};

/** Packages that belong to one corner of the program. */
export const packageHomes: Readonly<Record<string, readonly string[]>> = {
  ccxt: ['exchange'],
  kysely: ['data'],
  'better-sqlite3-multiple-ciphers': ['data'],
  yaml: ['config'],
  commander: ['cli', 'main.ts'],
};

/** Lowest first. A folder of one of these names under a tier root may look down, never up. */
export const tiers: readonly string[] = ['sniper', 'hunter', 'strategist'];
const tierRoots: readonly string[] = ['engine/executor', 'strategies'];
/** The only file that opens tier folders, and only by import(). */
export const tierDoor = 'engine/unlock.ts';

/** Imports that break a rule for a stated reason, as "file -> specifier". */
export const allowed: Readonly<Record<string, string>> = {
  'exchange/http/ccxt-binance.ts -> ../../../node_modules/ccxt/js/src/binance.js':
    "ccxt's exports map hides its single exchange classes; its main entry loads a hundred exchanges",
};

const within = (path: string, at: string): boolean => path === at || path.startsWith(`${at}/`);

/** The room that owns a path relative to src/, or null. */
export function roomOf(path: string): Room | null {
  let best: Room | null = null;
  for (const room of rooms)
    if (within(path, room.at) && room.at.length > (best?.at.length ?? -1)) best = room;
  return best;
}

/** The tier of a path relative to src/: its root and rank, or null outside tier folders. */
export function tierOf(path: string): { readonly root: string; readonly rank: number } | null {
  for (const root of tierRoots) {
    const rank = tiers.findIndex((tier) => within(path, `${root}/${tier}`));
    if (rank !== -1) return { root, rank };
  }
  return null;
}

/** May this file look at that one, as rooms go? Both relative to src/. */
export function maySee(from: string, to: string): boolean {
  const source = roomOf(from);
  const target = roomOf(to);
  if (source === null || target === null) return false;
  if (source === target) return true;
  for (const [at, invited] of Object.entries(guests)) {
    if (within(to, at) && !invited.some((guest) => within(from, guest))) return false;
  }
  const service = source.pure && from.endsWith('/service.ts');
  const sees = service ? [...source.sees, ...serviceSees] : source.sees;
  return sees.some((seen) => seen === '*' || within(to, seen));
}
