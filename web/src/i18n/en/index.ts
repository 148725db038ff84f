import { account } from "./account.js";
import { common } from "./common.js";
import { failures } from "./failures.js";
import { labels } from "./labels.js";
import { report } from "./report.js";
import { room } from "./room.js";
import { setup } from "./setup.js";

export const english = { common, account, setup, room, report, failures, labels };

/** Every text of the page. Korean has the same shape; the compiler says what is missing. */
export type Text = typeof english;
