import { blacklistHarness } from '../proof/blacklist.js';
import { taskerHarness } from '../proof/tasker.js';
import { testBlacklist } from './blacklist/rules.js';
import { testTasker } from './tasker/rules.js';

testTasker({ name: 'the memory tasker', create: taskerHarness });
testBlacklist({ name: 'the memory blacklist', create: blacklistHarness });
