import { failure, type Refusal, refusal } from './failure.js';

type Kind = 'text' | 'integer' | 'boolean' | 'json';

/** A name that ends in `!` is needed. */
const ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  'GET /server_settings': {},
  'POST /register': {
    event_types: 'json',
    fetch_event_types: 'json',
    narrow: 'json',
    apply_markdown: 'boolean',
    client_gravatar: 'boolean',
    client_capabilities: 'json',
    all_public_streams: 'boolean',
    slim_presence: 'boolean',
    include_subscribers: 'boolean',
  },
  'GET /events': { 'queue_id!': 'text', 'last_event_id!': 'integer', dont_block: 'boolean' },
  'DELETE /events': { 'queue_id!': 'text' },
  'GET /messages': {
    anchor: 'text',
    include_anchor: 'boolean',
    num_before: 'integer',
    num_after: 'integer',
    narrow: 'json',
    apply_markdown: 'boolean',
    client_gravatar: 'boolean',
    allow_empty_topic_name: 'boolean',
  },
  'POST /messages': {
    'type!': 'text',
    'to!': 'text',
    'content!': 'text',
    topic: 'text',
    queue_id: 'text',
    local_id: 'text',
    read_by_sender: 'boolean',
  },
  'PATCH /messages/{message_id}': {
    content: 'text',
    topic: 'text',
    propagate_mode: 'text',
    prev_content_sha256: 'text',
  },
  'POST /messages/flags': { 'messages!': 'json', 'op!': 'text', 'flag!': 'text' },
  'GET /users/me': {},
  'GET /users/{user_id}': { client_gravatar: 'boolean', include_custom_profile_fields: 'boolean' },
  'GET /users/{email}': { client_gravatar: 'boolean', include_custom_profile_fields: 'boolean' },
  'GET /get_stream_id': { 'stream!': 'text' },
  'GET /streams/{stream_id}': {},
};

const PATHS = Object.keys(ENDPOINTS).map((endpoint) => {
  const [method = '', path = ''] = endpoint.split(' ');
  const names: string[] = [];
  const pattern = path.replace(/\{(\w+)\}/gu, (_, name: string) => {
    names.push(name);
    return name.endsWith('_id') ? '(\\d+)' : '([^/]+@[^/]+)';
  });
  return { endpoint, method, names, pattern: new RegExp(`^/api/v1${pattern}$`, 'u') };
});

/** Which endpoint a request is for, with the ids of its path; none: there is no such one. */
export function match(
  method: string,
  path: string,
): { endpoint: string; ids: Readonly<Record<string, string>> } | undefined {
  for (const { endpoint, method: wanted, names, pattern } of PATHS) {
    const [whole, ...found] = (wanted === method && pattern.exec(path)) || [];
    if (whole === undefined) continue;
    return { endpoint, ids: Object.fromEntries(names.map((name, at) => [name, found[at] ?? ''])) };
  }
  return undefined;
}

function isOfKind(kind: Kind, value: string): boolean {
  if (kind === 'integer') return /^-?\d{1,18}$/u.test(value);
  if (kind === 'boolean') return value === 'true' || value === 'false';
  if (kind === 'text') return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

export const badParameter = (endpoint: string, name: string, what: string, code = 'BAD_REQUEST'): Refusal =>
  refusal('bad-parameter', `${endpoint}: ${name}: ${what}`, failure(what, { code }));

/** Throws a Refusal where the endpoint does not take these. @returns the names of those that it does not know. */
export function check(endpoint: string, given: Readonly<Record<string, string>>): readonly string[] {
  const known = ENDPOINTS[endpoint] ?? {};
  const kinds = new Map(Object.entries(known).map(([name, kind]) => [name.replace('!', ''), kind]));
  for (const name of Object.keys(known)) {
    if (!name.endsWith('!') || given[name.slice(0, -1)] !== undefined) continue;
    throw badParameter(endpoint, name, `Missing '${name.slice(0, -1)}' argument`, 'REQUEST_VARIABLE_MISSING');
  }
  for (const [name, value] of Object.entries(given)) {
    const kind = kinds.get(name);
    if (kind === undefined || isOfKind(kind, value)) continue;
    throw badParameter(endpoint, name, `${name} is not ${kind}: ${value.slice(0, 50)}`, 'REQUEST_VARIABLE_INVALID');
  }
  return Object.keys(given).filter((name) => !kinds.has(name));
}
