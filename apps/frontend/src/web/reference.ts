import type { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { AppEnv } from '../access/guard.js';
import { type Needs, ROLES, rolesFor } from '../access/roles.js';
import type { Site } from './site.js';

/** What of the OpenAPI document is shown. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly 'x-needs': Needs;
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Whom an operation is for. */
function whoMay(needs: Needs): string {
  if (needs === 'anybody') return 'anybody';
  const roles = rolesFor(needs);
  return roles.length === ROLES.length ? 'everybody signed in' : roles.join(' or ');
}

const isSame = (a: Answer | undefined, b: Answer) => a?.description === b.description;

/** The answers that all operations have. */
function commonOf([first, ...others]: readonly Operation[]): Readonly<Record<string, Answer>> {
  const all = Object.entries(first?.responses ?? {});
  return Object.fromEntries(
    all.filter(([status, answer]) => others.every(({ responses }) => isSame(responses[status], answer))),
  );
}

/** `code` in descriptions. */
function prose(text = ''): Html {
  return html`${text.split('`').map((part, n) => (n % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

function typeOf(schema: Schema): Html {
  const { $ref, enum: members, items, oneOf, anyOf, type } = schema;
  const name = $ref?.split('/').at(-1);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  if (members) return html`${members.map((each, n) => html`${n > 0 ? ' | ' : ''}<code>${String(each)}</code>`)}`;
  const several = oneOf ?? anyOf;
  if (several) return html`${several.map((each, n) => html`${n > 0 ? ' or ' : ''}${typeOf(each)}`)}`;
  if (items) return html`list of ${typeOf(items)}`;
  return html`${[type ?? 'anything'].flat().join(' | ')}`;
}

function rows(fields: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[]): Html {
  return html`<table>
    <tbody>
      ${fields.map(
        ({ name, required, schema }) =>
          html`<tr>
            <th scope="row"><code>${name}</code>${required ? html` <small>required</small>` : ''}</th>
            <td>${typeOf(schema)}${schema.default === undefined ? '' : html`, by default <code>${String(schema.default)}</code>`}</td>
            <td>${prose(schema.description)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const fieldsOf = ({ properties = {}, required = [] }: Schema) =>
  Object.entries(properties).map(([name, schema]) => ({ name, required: required.includes(name), schema }));

function contents(content: Readonly<Record<string, { readonly schema: Schema }>> = {}): Html {
  return html`${Object.entries(content).map(
    ([type, { schema }], n) => html`${n > 0 ? ', ' : ''}<code>${type}</code>: ${typeOf(schema)}`,
  )}`;
}

function answers(all: readonly (readonly [status: string, answer: Answer])[]): Html {
  return html`<ul>
    ${all.map(
      ([status, answer]) =>
        html`<li><code>${status}</code> ${prose(answer.description)} (${contents(answer.content)})</li>`,
    )}
  </ul>`;
}

function operation(method: string, path: string, found: Operation, common: Readonly<Record<string, Answer>>): Html {
  const { summary, description, parameters = [], requestBody, responses } = found;
  return html`<section>
    <h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${prose(summary)}. For ${whoMay(found['x-needs'])}.</p>
    ${description === undefined ? '' : html`<p>${prose(description)}</p>`}
    ${parameters.length > 0 ? rows(parameters.map((each) => ({ required: false, ...each }))) : ''}
    ${requestBody ? html`<p>Body: ${contents(requestBody.content)}</p>` : ''}
    ${answers(Object.entries(responses).filter(([status]) => !(status in common)))}
  </section>`;
}

/** How to get in, and a first request. */
function beginning(origin: string, common: Readonly<Record<string, Answer>>): Html {
  return html`<section>
    <h2>To begin</h2>
    <p>${prose(
      'A machine sends a token with each request, as `Authorization: Bearer …`. Whoever can reach the database makes one; its role, `ingest`, `viewer` or `admin`, says what it may do.',
    )}</p>
    <pre>npx securitybot token create --role viewer --expires 90d --name try
curl -H "Authorization: Bearer $TOKEN" '${origin}/api/alerts?limit=5'</pre>
    <p>${prose(
      'A browser that is signed in sends its cookie, and with every change the header `X-CSRF-Token`, which `GET /api/session` tells.',
    )}</p>
    <p>Besides its own answers, every request may get:</p>
    ${answers(Object.entries(common))}
  </section>`;
}

function page({ info, paths, components }: OpenApiDocument, origin: string): Html {
  const common = commonOf(Object.values(paths).flatMap((methods) => Object.values(methods)));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => operation(method, path, each, common)),
  );
  return html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info.title}: the API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/api/reference.css" />
      </head>
      <body>
        <main>
          <h1>${info.title}: the API</h1>
          <p>${prose(info.description)} The same for machines: <a href="/api/openapi.json">openapi.json</a>.</p>
          ${beginning(origin, common)} ${operations}
          ${Object.entries(components.schemas).map(
            ([name, schema]) => html`<section id="schema-${name}"><h2>${name}</h2>${rows(fieldsOf(schema))}</section>`,
          )}
        </main>
      </body>
    </html>`;
}

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
section { border-top: 1px solid #8886; margin-top: 2rem; overflow-x: auto; }
h2 { font-size: 1.1rem; }
pre { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; font-weight: normal; }
`;

/** A readable page of the document, with nothing from elsewhere and no script. */
export function addReference(app: Hono<AppEnv>, site: Site, document: () => OpenApiDocument): void {
  app.get('/api/reference', (context) => context.html(page(document(), site.originOf(context))));
  app.get('/api/reference.css', (context) => context.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
}
