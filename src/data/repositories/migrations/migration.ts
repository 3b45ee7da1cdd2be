/**
 * What a migration is: statements made with Kysely's schema builder, compiled to text, so that the
 * same definition can be compiled for PostgreSQL. A migration that has been released is never
 * edited: its checksum is stored in every database it ran on (invariant 30).
 */
import { hash as digest } from 'node:crypto';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type ColumnDataType,
  type Compilable,
  type RawBuilder,
  type SchemaModule,
} from 'kysely';

/** How the kinds of cells are declared; another database has another such record. */
export type CellDeclarations = {
  readonly text: ColumnDataType;
  readonly integer: ColumnDataType;
  readonly amount: ColumnDataType;
  readonly time: ColumnDataType;
  readonly flag: ColumnDataType;
  readonly json: ColumnDataType;
};

const sqliteCells: CellDeclarations = {
  text: 'text',
  integer: 'integer',
  amount: 'text',
  time: 'integer',
  flag: 'integer',
  json: 'text',
};

/** A builder without a database: it only makes text. */
// oxlint-disable-next-line typescript/no-explicit-any -- tables of different migrations share no type
export type Builder = Kysely<any>;

export type MigrationTools = {
  readonly schema: SchemaModule;
  readonly builder: Builder;
  readonly cells: CellDeclarations;
  /** For what the schema builder has no word for (triggers). */
  readonly raw: (statement: RawBuilder<unknown>) => Compilable;
};

export type Migration = {
  /** Consecutive from 1. */
  readonly version: number;
  readonly name: string;
  readonly up: (tools: MigrationTools) => readonly Compilable[];
  readonly down: (tools: MigrationTools) => readonly Compilable[];
};

export type CompiledMigration = {
  readonly version: number;
  readonly name: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** SHA-256 over the statements of `up`, in hex. */
  readonly checksum: string;
};

export function createSqliteBuilder(): Builder {
  return new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder) => new SqliteIntrospector(builder),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

export function compileForSqlite(migration: Migration): CompiledMigration {
  const builder = createSqliteBuilder();
  const tools: MigrationTools = {
    schema: builder.schema,
    builder,
    cells: sqliteCells,
    raw: (statement) => ({ compile: () => statement.compile(builder) }),
  };
  const text = (statements: readonly Compilable[]): readonly string[] =>
    statements.map((statement) => statement.compile().sql);
  const up = text(migration.up(tools));
  return {
    version: migration.version,
    name: migration.name,
    up,
    down: text(migration.down(tools)),
    checksum: digest('sha256', up.join(';\n'), 'hex'),
  };
}
