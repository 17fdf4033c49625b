/** Text in a page: it can become no markup, in an element or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface Button {
  readonly act: 'prove' | 'enrol' | 'deny' | 'fraud';
  readonly label: string;
  readonly main?: true;
}

export interface PageContent {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Somebody else's words. */
  readonly quote?: string;
  readonly buttons?: readonly Button[];
}

/** A page without anything that is inline or comes from elsewhere. */
export function renderPage(path: string, { title, paragraphs, quote, buttons = [] }: PageContent): string {
  const shown = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...paragraphs.map((each) => `<p>${escapeHtml(each)}</p>`),
    ...(quote === undefined ? [] : [`<blockquote>${escapeHtml(quote)}</blockquote>`]),
    ...buttons.map(
      ({ act, label, main }) =>
        `<button type="button" data-act="${act}"${main ? ' class="main"' : ''}>${escapeHtml(label)}</button>`,
    ),
    '<p id="told" role="status"></p>',
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><link rel="stylesheet" href="${path}/page.css">`,
    `</head><body><main>${shown.join('\n')}</main>`,
    ...(buttons.length > 0 ? [`<script src="${path}/page.js" type="module"></script>`] : []),
    '</body></html>',
  ].join('\n');
}
