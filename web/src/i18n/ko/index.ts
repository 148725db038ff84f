import type { Text } from "../en/index.js";
import { account } from "./account.js";
import { common } from "./common.js";
import { failures } from "./failures.js";
import { labels } from "./labels.js";
import { report } from "./report.js";
import { room } from "./room.js";
import { setup } from "./setup.js";

export const korean: Text = { common, account, setup, room, report, failures, labels };
