import type { Ids } from './ids.js';
import type { Settings } from './settings.js';

type Json = Readonly<Record<string, unknown>>;

/** A dialog, or a Home tab. */
export interface View {
  readonly id: string;
  readonly kind: 'modal' | 'home';
  readonly user: string;
  /** As the app sent it, with ids for the blocks and elements that came without. */
  content: Json;
  hash: string;
  open: boolean;
  readonly previous: View | undefined;
}

export interface Views {
  get(id: string): View | undefined;
  byExternalId(externalId: string): View | undefined;
  /** The Home tab of somebody. */
  home(user: string): View | undefined;
  publish(user: string, content: Json): View;
  /** The dialog on top of somebody's screen. */
  top(user: string): View | undefined;
  push(user: string, content: Json): View;
  replace(view: View, content: Json): void;
  /** Takes one from the screen; with `all`, all that are below it, too. */
  close(view: View, all: boolean): void;
}

/** A view object, as answers and payloads carry it. https://docs.slack.dev/reference/views */
export function viewObject(view: View, { team, bot }: Settings, values?: Json): Json {
  const { title, submit, close } = view.content;
  return {
    id: view.id,
    team_id: team.id,
    type: view.kind,
    blocks: view.content.blocks,
    private_metadata: view.content.private_metadata ?? '',
    callback_id: view.content.callback_id ?? '',
    external_id: view.content.external_id ?? '',
    state: { values: values ?? {} },
    hash: view.hash,
    title: title ?? null,
    submit: submit ?? null,
    close: close ?? null,
    clear_on_close: view.content.clear_on_close ?? false,
    notify_on_close: view.content.notify_on_close ?? false,
    previous_view_id: view.previous?.id ?? null,
    root_view_id: rootOf(view).id,
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.id,
  };
}

const rootOf = (view: View): View => (view.previous ? rootOf(view.previous) : view);

/** Gives ids to blocks and elements that have none, as Slack does. */
export function withIds(blocks: readonly unknown[], ids: Ids): readonly unknown[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  const element = (value: unknown) =>
    isObject(value) && value.type !== 'image' && value.action_id === undefined && 'type' in value
      ? { ...value, action_id: ids.next('a') }
      : value;
  return blocks.map((block) => {
    if (!isObject(block)) return block;
    const named = { ...block, block_id: block.block_id ?? ids.next('b') };
    if (block.type === 'actions' && Array.isArray(block.elements))
      return { ...named, elements: block.elements.map(element) };
    if (block.type === 'section' && block.accessory !== undefined)
      return { ...named, accessory: element(block.accessory) };
    if (block.type === 'input') return { ...named, element: element(block.element) };
    return named;
  });
}

export function createViews(ids: Ids): Views {
  const all = new Map<string, View>();
  const homes = new Map<string, View>();
  const tops = new Map<string, View>();
  let hashes = 0;
  const hash = () => {
    hashes += 1;
    return `${ids.ts()}.${hashes}`;
  };
  const complete = (content: Json): Json => ({
    ...content,
    blocks: withIds(Array.isArray(content.blocks) ? content.blocks : [], ids),
  });
  const keep = (view: View): View => {
    all.set(view.id, view);
    return view;
  };

  return {
    get: (id) => all.get(id),
    byExternalId: (externalId) => [...all.values()].findLast((view) => view.content.external_id === externalId),
    home: (user) => homes.get(user),
    publish(user, content) {
      const home = homes.get(user);
      if (home) {
        home.content = complete(content);
        home.hash = hash();
        return home;
      }
      const view: View = {
        id: ids.next('V'),
        kind: 'home',
        user,
        content: complete(content),
        hash: hash(),
        open: true,
        previous: undefined,
      };
      homes.set(user, view);
      return keep(view);
    },
    top: (user) => tops.get(user),
    push(user, content) {
      const previous = tops.get(user);
      const view: View = {
        id: ids.next('V'),
        kind: 'modal',
        user,
        content: complete(content),
        hash: hash(),
        open: true,
        previous,
      };
      tops.set(user, view);
      return keep(view);
    },
    replace(view, content) {
      view.content = complete(content);
      view.hash = hash();
    },
    close(view, everything) {
      for (let top = tops.get(view.user); top; top = tops.get(view.user)) {
        top.open = false;
        if (top.previous) tops.set(view.user, top.previous);
        else tops.delete(view.user);
        if (top === view && !everything) return;
      }
    },
  };
}
