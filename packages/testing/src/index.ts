export { CLOCK_START, type Clock, type ClockOptions, createClock } from './clock.js';
export {
  createMemoryAuth,
  type MemoryAuth,
  type MemoryAuthOptions,
  type MemoryPhoneOptions,
  type MemoryPhones,
  type Prompt,
} from './memory/auth.js';
export {
  createMemoryBlacklist,
  type MemoryBlacklist,
  type MemoryBlacklistOptions,
  type MemoryBlacklistStore,
} from './memory/blacklist.js';
export { createMemoryChat, type MemoryChat, type MemoryChatOptions } from './memory/chat.js';
export type { Call, FailureOptions, Provider } from './memory/line.js';
export type { ShownMessage } from './memory/messages.js';
export { type MemoryPerson, memoryPerson } from './memory/people.js';
export type { MemoryStore, SeedRecord } from './memory/store.js';
export { createMemoryTasker, type MemoryTasker, type MemoryTaskerOptions } from './memory/tasker.js';
export type { MemoryWorkspace, MemoryWorkspaceOptions } from './memory/workspace.js';
export type {
  AlertDetails,
  Cast,
  Ending,
  StoryBot,
  StoryClock,
  StoryPerson,
  StoryPhone,
  StorySecurity,
} from './story/cast.js';
export { type CreateStage, createMemoryStage, type MemoryStage, type Stage, type StageContext } from './story/stage.js';
export { story } from './story/story.js';
export { STORY_START, type StoryOptions } from './story/world.js';
export type { AuthHarness } from './suites/auth/harness.js';
export { authRules, testAuth } from './suites/auth/rules.js';
export { type BlacklistHarness, blacklistRules, testBlacklist } from './suites/blacklist/rules.js';
export type { ChatHarness, ReadMessage } from './suites/chat/harness.js';
export { chatRules, testChat } from './suites/chat/rules.js';
export {
  type AnyHarness,
  type CreateHarness,
  judge,
  type Outcome,
  type Rule,
  type SuiteOptions,
} from './suites/rule.js';
export type { TaskerHarness } from './suites/tasker/harness.js';
export { taskerRules, testTasker } from './suites/tasker/rules.js';
