import type { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { AppEnv } from '../access/guard.js';

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
  readonly 'x-needs'?: string;
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
    >
  >;
}

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const NEEDS: Readonly<Record<string, string>> = {
  anybody: 'anybody',
  read: 'viewer or admin',
  raise: 'ingest or admin',
  change: 'admin',
};

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

function operation(method: string, path: string, found: Operation): Html {
  const { summary, description, parameters = [], requestBody, responses } = found;
  return html`<section>
    <h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${prose(summary)}. For ${NEEDS[found['x-needs'] ?? ''] ?? 'somebody signed in'}.</p>
    ${description === undefined ? '' : html`<p>${prose(description)}</p>`}
    ${parameters.length > 0 ? rows(parameters.map((each) => ({ required: false, ...each }))) : ''}
    ${requestBody ? html`<p>Body: ${contents(requestBody.content)}</p>` : ''}
    <ul>
      ${Object.entries(responses).map(
        ([status, answer]) =>
          html`<li><code>${status}</code> ${prose(answer.description)} (${contents(answer.content)})</li>`,
      )}
    </ul>
  </section>`;
}

function page({ info, paths, components }: OpenApiDocument): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => operation(method, path, each)),
  );
  return html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info.title}: the API</title>
        <link rel="stylesheet" href="/api/reference.css" />
      </head>
      <body>
        <main>
          <h1>${info.title}: the API</h1>
          <p>${prose(info.description)} The same for machines: <a href="/api/openapi.json">openapi.json</a>.</p>
          ${operations}
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
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; font-weight: normal; }
`;

/** A readable page of the document, with nothing from elsewhere and no script. */
export function addReference(app: Hono<AppEnv>, document: () => OpenApiDocument): void {
  app.get('/api/reference', (context) => context.html(page(document())));
  app.get('/api/reference.css', (context) => context.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
}
