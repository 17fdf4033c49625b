import { authHarness } from '../proof/fixtures/auth.js';
import { blacklistHarness } from '../proof/fixtures/blacklist.js';
import { chatHarness, plainChatHarness } from '../proof/fixtures/chat.js';
import { taskerHarness } from '../proof/fixtures/tasker.js';
import { testAuth } from './auth/rules.js';
import { testBlacklist } from './blacklist/rules.js';
import { testChat } from './chat/rules.js';
import { testTasker } from './tasker/rules.js';

testTasker({ name: 'the memory tasker', create: taskerHarness });
testBlacklist({ name: 'the memory blacklist', create: blacklistHarness });
testChat({ name: 'the memory chat', create: chatHarness });
testChat({ name: 'the memory chat without buttons', create: plainChatHarness });
testAuth({ name: 'the memory auth', create: authHarness });
