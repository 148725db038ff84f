import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/forms.css";
import "./styles/components.css";
import "./styles/interview.css";
import "./styles/report.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AccountSession } from "./account/account_session.js";
import { createTransport } from "./api/transport.js";
import { AccountProvider } from "./app/account_context.js";
import { App } from "./app/App.js";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const session = new AccountSession(localStorage, (tokens) => createTransport(tokens, location.origin));

createRoot(root).render(
  <StrictMode>
    <AccountProvider value={session}>
      <App />
    </AccountProvider>
  </StrictMode>,
);
