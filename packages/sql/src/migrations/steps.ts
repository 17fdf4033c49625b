import { type Engine, isMysqlFamily } from '../engine.js';
import { normalisedExpression } from '../login.js';

/** One statement that changes the schema, or rows of an older Securitybot. Once published, a step never changes and none goes between; new ones go at the end. */
export interface Step {
  readonly id: number;
  readonly name: string;
  /** In words, for whoever reads the plan. */
  readonly text: string;
  /** Absent: it changes rows, and may be done twice. */
  readonly creates?: { readonly table: string; readonly index?: string; readonly columns: readonly string[] };
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

function table(id: number, name: string, what: string, ...columns: readonly string[]): Step {
  return {
    id,
    name: `table ${name}`,
    text: `create the table ${name}: ${what}`,
    creates: { table: name, columns: columns.map(nameOf).filter((column) => column !== 'PRIMARY') },
    statement: (engine) => createTable(engine, name, columns),
  };
}

function index(id: number, on: string, column: string, what: string): Step {
  const name = `sb_${on.replace(/^sb_/, '')}_${column}`;
  return {
    id,
    name: `index ${name}`,
    text: `create the index ${name} on ${on} (${column}): ${what}`,
    creates: { table: on, index: name, columns: [column] },
    statement: (engine) => {
      const guard = isMysqlFamily(engine) ? '' : 'IF NOT EXISTS ';
      return `CREATE INDEX ${guard}${name} ON ${on} (${column})`;
    },
  };
}

/** MySQL and MariaDB find logins by the primary key: see `maybeLogin`. */
function loginIndex(id: number, on: string): Step {
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

/** Before any step: what was done. */
export function createBookkeeping(engine: Engine): string {
  return createTable(engine, 'sb_migrations', [
    'id {big} NOT NULL PRIMARY KEY',
    'name {varchar 255} NOT NULL',
    'done_at {big} NOT NULL',
  ]);
}

export const STEPS: readonly Step[] = [
  // The seed's. Whatever a writer may leave out there, it may leave out here.
  table(
    1,
    'alerts',
    'what detectors saw',
    'hash {hash} NOT NULL PRIMARY KEY',
    'ldap {varchar 255} NOT NULL',
    'title {varchar 255} NOT NULL',
    'description {varchar 255}',
    'reason {text}',
    'url {varchar 511}',
    'event_time {time}',
  ),
  table(2, 'alert_status', 'open, in progress or done', 'hash {hash} NOT NULL PRIMARY KEY', 'status {tiny} NOT NULL'),
  table(
    3,
    'user_responses',
    'what became of alerts',
    'hash {hash} NOT NULL PRIMARY KEY',
    'comment {text}',
    'performed {bool}',
    'authenticated {bool}',
  ),
  table(
    4,
    'ignored',
    'mutes',
    'ldap {varchar 255} NOT NULL',
    'title {varchar 255} NOT NULL',
    'reason {varchar 255}',
    'until {time}',
    'PRIMARY KEY (ldap, title)',
  ),
  table(5, 'blacklist', 'opt-outs', 'ldap {varchar 255} NOT NULL PRIMARY KEY'),
  // Ours.
  table(
    6,
    'sb_tasks',
    'each alert and how far it is',
    'hash {hash} NOT NULL PRIMARY KEY',
    'person {varchar 255}',
    'seen_at {big}',
    'severity {varchar 16}',
    'state {varchar 16}',
    'verdict {varchar 16}',
    'cause {varchar 32}',
    'closed_at {big}',
    'data {long}',
  ),
  table(
    7,
    'sb_conversations',
    'each person, and what has to be done for them',
    'person {varchar 255} NOT NULL PRIMARY KEY',
    'version {big} NOT NULL',
    'data {long} NOT NULL',
    'wake_at {big}',
    'due_at {big}',
    'lease {varchar 64}',
    'lease_until {big}',
  ),
  table(
    8,
    'sb_mutes',
    'what bounds a mute',
    'ldap {varchar 255} NOT NULL',
    'title {varchar 255} NOT NULL',
    'since {big}',
    'max_severity {varchar 16}',
    'until {big} NOT NULL',
    'PRIMARY KEY (ldap, title)',
  ),
  table(
    9,
    'sb_rejects',
    'alerts that cannot be asked about, and why',
    'hash {hash} NOT NULL PRIMARY KEY',
    'reason {text} NOT NULL',
    'at {big} NOT NULL',
  ),
  index(10, 'alert_status', 'status', 'open alerts are looked for each second'),
  index(11, 'alerts', 'event_time', 'lists begin with the newest'),
  index(12, 'sb_tasks', 'seen_at', 'the mass brake counts logins of the last minute'),
  index(13, 'sb_tasks', 'closed_at', 'for listing and pruning what is closed'),
  index(14, 'sb_conversations', 'due_at', 'claims are ordered by it'),
  loginIndex(15, 'ignored'),
  loginIndex(16, 'blacklist'),
  table(
    17,
    'sb_opt_outs',
    'why and since when somebody opted out',
    'ldap {varchar 255} NOT NULL PRIMARY KEY',
    'reason {varchar 255} NOT NULL',
    'at {big} NOT NULL',
  ),
  {
    id: 18,
    name: 'reopen alerts in progress',
    text: 'reopen what an older Securitybot had in progress: it is asked about again, or reported where it is old',
    statement: () =>
      'UPDATE alert_status SET status = 0 WHERE status = 1 AND NOT EXISTS ' +
      '(SELECT 1 FROM sb_tasks WHERE sb_tasks.hash = alert_status.hash AND sb_tasks.person IS NOT NULL)',
  },
  table(
    19,
    'sb_tokens',
    'which machines may use the API',
    'id {varchar 32} NOT NULL PRIMARY KEY',
    'hash {hash} NOT NULL',
    'role {varchar 16} NOT NULL',
    'name {varchar 255} NOT NULL',
    'created_at {big} NOT NULL',
    'created_by {varchar 255} NOT NULL',
    'expires_at {big} NOT NULL',
    'used_at {big}',
    'revoked_at {big}',
  ),
  table(
    20,
    'sb_sessions',
    'who is signed in',
    'hash {hash} NOT NULL PRIMARY KEY',
    'role {varchar 16} NOT NULL',
    'name {varchar 255} NOT NULL',
    'started_at {big} NOT NULL',
    'expires_at {big} NOT NULL',
  ),
  table(
    21,
    'sb_sign_in_links',
    'links to sign in with, each once',
    'hash {hash} NOT NULL PRIMARY KEY',
    'role {varchar 16} NOT NULL',
    'name {varchar 255} NOT NULL',
    'expires_at {big} NOT NULL',
  ),
  table(
    22,
    'sb_audit',
    'who has changed what',
    'id {varchar 32} NOT NULL PRIMARY KEY',
    'at {big} NOT NULL',
    'who {varchar 255} NOT NULL',
    'how {varchar 16} NOT NULL',
    'what {varchar 32} NOT NULL',
    'about {varchar 255} NOT NULL',
    'outcome {varchar 16}',
  ),
  index(23, 'sb_rejects', 'at', 'the latest are shown first'),
  index(24, 'ignored', 'until', 'those in force are looked for'),
  index(25, 'sb_mutes', 'until', 'those in force are looked for'),
];
