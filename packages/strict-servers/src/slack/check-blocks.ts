type Json = Record<string, unknown>;

/** Where in the blocks, as Slack says it: `/blocks/0/text`. */
type Pointer = string;

/** Collects what is wrong, in Slack's words: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
interface Findings {
  readonly found: string[];
  readonly blockIds: Set<string>;
  say(problem: string, at: Pointer): void;
}

export type Surface = 'message' | 'modal' | 'home';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkString(value: unknown, max: number, at: Pointer, findings: Findings, min = 0): boolean {
  if (typeof value !== 'string') findings.say('must provide a string', at);
  else if (value.length > max) findings.say(`must be less than ${max + 1} characters`, at);
  else if (value.length < min) findings.say(`must be more than ${min - 1} characters`, at);
  else return true;
  return false;
}

function checkOptional(value: unknown, max: number, at: Pointer, findings: Findings): void {
  if (value !== undefined) checkString(value, max, at, findings);
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
function checkText(value: unknown, types: readonly string[], max: number, at: Pointer, findings: Findings): void {
  if (!isObject(value)) return findings.say('must provide an object', at);
  if (typeof value.type !== 'string' || !types.includes(value.type)) {
    return findings.say(`unsupported type: ${String(value.type)}, must be ${types.join(' or ')}`, `${at}/type`);
  }
  checkString(value.text, max, `${at}/text`, findings, 1);
  const allowed = value.type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'];
  for (const key of Object.keys(value))
    if (!allowed.includes(key)) findings.say(`invalid additional property: ${key}`, at);
}

const PLAIN = ['plain_text'];
const EITHER = ['plain_text', 'mrkdwn'];

function checkActionId(element: Json, actionIds: Set<string>, at: Pointer, findings: Findings): void {
  if (element.action_id === undefined) return;
  if (!checkString(element.action_id, 255, `${at}/action_id`, findings)) return;
  const id = element.action_id as string;
  if (actionIds.has(id)) findings.say(`\`action_id\` "${id}" already exists`, at);
  actionIds.add(id);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
function checkButton(button: Json, at: Pointer, findings: Findings): void {
  checkText(button.text, PLAIN, 75, `${at}/text`, findings);
  checkOptional(button.value, 2000, `${at}/value`, findings);
  checkOptional(button.url, 3000, `${at}/url`, findings);
  checkOptional(button.accessibility_label, 75, `${at}/accessibility_label`, findings);
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger') {
    findings.say('must be primary or danger', `${at}/style`);
  }
  const confirm = button.confirm;
  if (confirm === undefined) return;
  if (!isObject(confirm)) return findings.say('must provide an object', `${at}/confirm`);
  // https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
  checkText(confirm.title, PLAIN, 100, `${at}/confirm/title`, findings);
  checkText(confirm.text, EITHER, 300, `${at}/confirm/text`, findings);
  checkText(confirm.confirm, PLAIN, 30, `${at}/confirm/confirm`, findings);
  checkText(confirm.deny, PLAIN, 30, `${at}/confirm/deny`, findings);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
function checkInput(block: Json, at: Pointer, findings: Findings): void {
  checkText(block.label, PLAIN, 2000, `${at}/label`, findings);
  if (block.hint !== undefined) checkText(block.hint, PLAIN, 2000, `${at}/hint`, findings);
  const element = block.element;
  if (!isObject(element)) return findings.say('missing required field: element', at);
  if (element.type !== 'plain_text_input') return;
  if (element.placeholder !== undefined)
    checkText(element.placeholder, PLAIN, 150, `${at}/element/placeholder`, findings);
  checkActionId(element, new Set(), `${at}/element`, findings);
  for (const [key, least] of [
    ['min_length', 0],
    ['max_length', 1],
  ] as const) {
    const value = element[key];
    const fits = value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= 3000);
    if (!fits) findings.say(`must be between ${least} and 3000`, `${at}/element/${key}`);
  }
}

function checkElements(block: Json, most: number, at: Pointer, findings: Findings): Json[] {
  const { elements } = block;
  if (!Array.isArray(elements) || elements.length === 0) {
    findings.say('no fewer than 1 items allowed', `${at}/elements`);
    return [];
  }
  if (elements.length > most) findings.say(`no more than ${most} items allowed`, `${at}/elements`);
  elements.forEach((element, index) => {
    if (!isObject(element)) findings.say('must provide an object', `${at}/elements/${index}`);
  });
  return elements.filter(isObject);
}

/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
function checkSection(block: Json, at: Pointer, findings: Findings): void {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) findings.say('missing required field: text or fields', at);
  if (text !== undefined) checkText(text, EITHER, 3000, `${at}/text`, findings);
  if (fields !== undefined) {
    if (!Array.isArray(fields)) findings.say('must provide an array', `${at}/fields`);
    else {
      if (fields.length > 10) findings.say('no more than 10 items allowed', `${at}/fields`);
      for (const [index, field] of fields.entries()) checkText(field, EITHER, 2000, `${at}/fields/${index}`, findings);
    }
  }
  if (accessory === undefined) return;
  if (!isObject(accessory)) return findings.say('must provide an object', `${at}/accessory`);
  if (accessory.type === 'button') checkButton(accessory, `${at}/accessory`, findings);
  checkActionId(accessory, new Set(), `${at}/accessory`, findings);
}

const RICH = ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'];

type Check = (block: Json, at: Pointer, findings: Findings) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  section: checkSection,
  // https://docs.slack.dev/reference/block-kit/blocks/header-block
  header: (block, at, findings) => checkText(block.text, PLAIN, 150, `${at}/text`, findings),
  divider: () => {},
  // https://docs.slack.dev/reference/block-kit/blocks/context-block
  context: (block, at, findings) =>
    checkElements(block, 10, at, findings).forEach((element, index) => {
      if (element.type !== 'image') checkText(element, EITHER, 3000, `${at}/elements/${index}`, findings);
    }),
  // https://docs.slack.dev/reference/block-kit/blocks/actions-block
  actions: (block, at, findings) => {
    const actionIds = new Set<string>();
    checkElements(block, 25, at, findings).forEach((element, index) => {
      const here = `${at}/elements/${index}`;
      if (element.type === 'button') checkButton(element, here, findings);
      else if (typeof element.type !== 'string') findings.say('missing required field: type', here);
      checkActionId(element, actionIds, here, findings);
    });
  },
  input: checkInput,
  rich_text: (block, at, findings) =>
    checkElements(block, Number.POSITIVE_INFINITY, at, findings).forEach((part, index) => {
      const here = `${at}/elements/${index}`;
      if (!RICH.includes(String(part.type))) findings.say(`unsupported type: ${String(part.type)}`, here);
      if (!Array.isArray(part.elements)) findings.say('missing required field: elements', here);
      else if (part.type !== 'rich_text_list') {
        part.elements.forEach((element, position) => {
          const there = `${here}/elements/${position}`;
          if (!isObject(element) || typeof element.type !== 'string') findings.say('must provide an object', there);
          else if (element.type === 'text') checkString(element.text, 40_000, `${there}/text`, findings, 1);
          else if (element.type === 'link') checkString(element.url, 3000, `${there}/url`, findings, 1);
        });
      }
    }),
  markdown: (block, at, findings) => void checkString(block.text, 12_000, `${at}/text`, findings, 1),
  image: (block, at, findings) => void checkString(block.alt_text, 2000, `${at}/alt_text`, findings, 1),
};

// Blocks of features that no test of a bot for alerts needs to look into.
const UNCHECKED = ['video', 'file', 'table', 'context_actions'];

function checkBlock(block: unknown, at: Pointer, surface: Surface, findings: Findings): void {
  if (!isObject(block)) return findings.say('must provide an object', at);
  const type = String(block.type);
  if (block.type === undefined) return findings.say('missing required field: type', at);
  if (UNCHECKED.includes(type)) return;
  const check = CHECKS[type];
  if (!check || (type === 'markdown' && surface !== 'message'))
    return findings.say(`unsupported type: ${type}`, `${at}/type`);
  if (block.block_id !== undefined && checkString(block.block_id, 255, `${at}/block_id`, findings)) {
    const id = block.block_id as string;
    if (findings.blockIds.has(id)) findings.say(`\`block_id\` "${id}" already exists`, at);
    findings.blockIds.add(id);
  }
  check(block, at, findings);
}

/** What is wrong with blocks; nothing where they are as Slack takes them. https://docs.slack.dev/reference/block-kit/blocks */
export function checkBlocks(
  blocks: readonly unknown[],
  surface: Surface,
  root: Pointer = '/blocks',
): readonly string[] {
  const found: string[] = [];
  const findings: Findings = {
    found,
    blockIds: new Set(),
    say: (problem, at) => found.push(`${problem} [json-pointer:${at}]`),
  };
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length > most) findings.say(`no more than ${most} items allowed`, root);
  for (const [index, block] of blocks.entries()) checkBlock(block, `${root}/${index}`, surface, findings);
  return found;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + lengthOf(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [key, item]) => sum + (key === 'type' ? 0 : lengthOf(item)), 0);
}

/**
 * Whether blocks are too long together. Slack publishes no number: one markdown block of 13,297 characters was taken, and
 * beside a divider only 13,172: https://github.com/slackapi/bolt-js/issues/2509
 */
export const blocksTooLong = (blocks: readonly unknown[]): boolean => lengthOf(blocks) + 125 * blocks.length > 13_422;

/** https://docs.slack.dev/reference/views/modal-views, https://docs.slack.dev/reference/views/home-tab-views */
export function checkView(view: Json, surface: 'modal' | 'home'): readonly string[] {
  const found: string[] = [];
  const findings: Findings = {
    found,
    blockIds: new Set(),
    say: (problem, at) => found.push(`${problem} [json-pointer:${at}]`),
  };
  if (view.type !== surface) findings.say(`must be ${surface}`, '/view/type');
  if (surface === 'modal') {
    checkText(view.title, PLAIN, 24, '/view/title', findings);
    if (view.submit !== undefined) checkText(view.submit, PLAIN, 24, '/view/submit', findings);
    if (view.close !== undefined) checkText(view.close, PLAIN, 24, '/view/close', findings);
  }
  checkOptional(view.private_metadata, 3000, '/view/private_metadata', findings);
  checkOptional(view.callback_id, 255, '/view/callback_id', findings);
  checkOptional(view.external_id, 255, '/view/external_id', findings);
  if (!Array.isArray(view.blocks)) findings.say('missing required field: blocks', '/view');
  else {
    found.push(...checkBlocks(view.blocks, surface, '/view/blocks'));
    const asks = view.blocks.some((block) => isObject(block) && block.type === 'input');
    if (surface === 'modal' && asks && view.submit === undefined) {
      findings.say('missing required field: submit, as there is an input block', '/view');
    }
  }
  return found;
}
