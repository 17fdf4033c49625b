import { type Engine, isMysqlFamily } from '../engine.js';
import { normalisedExpression } from '../login.js';

/** One statement that changes the schema, or rows of an older Securitybot. Once published, a step never changes and none goes between; new ones go at the end. */
export interface Step {
  readonly id: number;
  readonly name: string;
  /** In words, for whoever reads the plan. */
  readonly text: string;
  /** Absent: it changes rows, and may be done twice. */
  readonly creates?: {
    readonly table: string;
    readonly index?: string;
    /** A column that the table gets later. */
    readonly column?: string;
    readonly columns: readonly string[];
  };
  /** Undefined: nothing to do on that engine. */
  statement(engine: Engine): string | undefined;
}

type Types = Readonly<Record<string, string>>;
const SQLITE: Types = {
  hash: 'BLOB',
  text: 'TEXT',
  long: 'TEXT',
  time: 'TEXT',
  bool: 'INTEGER',
  tiny: 'INTEGER',
  big: 'INTEGER',
};
const POSTGRES: Types = {
  hash: 'BYTEA',
  text: 'TEXT',
  long: 'TEXT',
  time: 'TIMESTAMP(0)',
  bool: 'BOOLEAN',
  tiny: 'SMALLINT',
  big: 'BIGINT',
};
const MYSQL: Types = {
  hash: 'BINARY(32)',
  text: 'TEXT',
  long: 'LONGTEXT',
  time: 'DATETIME',
  bool: 'BOOL',
  tiny: 'TINYINT UNSIGNED',
  big: 'BIGINT',
};

/** Puts the engine's types into `{hash}`, `{varchar 255}` and the like. */
function typed(engine: Engine, columns: string): string {
  const types = engine === 'sqlite' ? SQLITE : engine === 'postgres' ? POSTGRES : MYSQL;
  return columns.replace(/\{(\w+)(?: (\d+))?\}/g, (_, name: string, size?: string) => {
    if (size === undefined) return types[name] ?? name;
    return types === MYSQL ? `VARCHAR(${size})` : 'TEXT';
  });
}

/**
 * A table's definition. Ours compare exactly (chat ids are case-sensitive); the seed's as the server likes to, because its
 * other readers may rely on that. DYNAMIC: the key of `ignored` needs more than the 767 bytes of older row formats.
 */
function createTable(engine: Engine, name: string, columns: readonly string[]): string {
  const definition = `CREATE TABLE IF NOT EXISTS ${name} (${typed(engine, columns.join(', '))})`;
  if (!isMysqlFamily(engine)) return definition;
  const collation = name.startsWith('sb_') ? ' COLLATE utf8mb4_bin' : '';
  return `${definition} ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4${collation}`;
}

const nameOf = (column: string) => column.split(' ', 1)[0] ?? '';

export function table(id: number, name: string, what: string, ...columns: readonly string[]): Step {
  return {
    id,
    name: `table ${name}`,
    text: `create the table ${name}: ${what}`,
    creates: { table: name, columns: columns.map(nameOf).filter((column) => column !== 'PRIMARY') },
    statement: (engine) => createTable(engine, name, columns),
  };
}

/** `columns`: one, or several, as SQL lists them. */
export function index(id: number, on: string, columns: string, what: string): Step {
  const name = `sb_${on.replace(/^sb_/, '')}_${columns.replaceAll(', ', '_')}`;
  return {
    id,
    name: `index ${name}`,
    text: `create the index ${name} on ${on} (${columns}): ${what}`,
    creates: { table: on, index: name, columns: columns.split(', ') },
    statement: (engine) => {
      const guard = isMysqlFamily(engine) ? '' : 'IF NOT EXISTS ';
      return `CREATE INDEX ${guard}${name} ON ${on} (${columns})`;
    },
  };
}

/** Null in the rows that are there: whoever reads it expects that, and the previous version need not know of it. */
export function column(id: number, on: string, definition: string, what: string): Step {
  const name = nameOf(definition);
  return {
    id,
    name: `column ${on}.${name}`,
    text: `add the column ${name} to ${on}: ${what}`,
    creates: { table: on, column: name, columns: [] },
    statement: (engine) => `ALTER TABLE ${on} ADD COLUMN ${typed(engine, definition)}`,
  };
}

/** MySQL and MariaDB find logins by the primary key: see `maybeLogin`. */
export function loginIndex(id: number, on: string): Step {
  const name = `sb_${on}_login`;
  return {
    id,
    name: `index ${name}`,
    text: `create the index ${name} on ${on}: logins compare trimmed and in lower case`,
    creates: { table: on, index: name, columns: ['ldap'] },
    statement: (engine) =>
      !isMysqlFamily(engine)
        ? `CREATE INDEX IF NOT EXISTS ${name} ON ${on} (${normalisedExpression(engine, 'ldap')})`
        : undefined,
  };
}

/**
 * For lists of the alerts of a login, or of a title. MySQL and MariaDB look by how it begins: see `beginsLike`; 64 characters are what tables of older row
 * formats can index at least.
 */
export function alertNameIndex(id: number, column: 'ldap' | 'title'): Step {
  const name = `sb_alerts_${column}`;
  const what = column === 'ldap' ? 'login' : 'title';
  return {
    id,
    name: `index ${name}`,
    text: `create the index ${name} on alerts: the alerts of a ${what} are looked for`,
    creates: { table: 'alerts', index: name, columns: [column] },
    statement: (engine) =>
      isMysqlFamily(engine)
        ? `CREATE INDEX ${name} ON alerts (${column}(64))`
        : `CREATE INDEX IF NOT EXISTS ${name} ON alerts (${normalisedExpression(engine, column)}, event_time)`,
  };
}

/** Before any step: what was done. */
export function createBookkeeping(engine: Engine): string {
  return createTable(engine, 'sb_migrations', [
    'id {big} NOT NULL PRIMARY KEY',
    'name {varchar 255} NOT NULL',
    'done_at {big} NOT NULL',
  ]);
}
