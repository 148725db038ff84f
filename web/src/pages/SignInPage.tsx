import { useState, type FormEvent } from "react";
import { checkSignIn, problemsOf, type Problems } from "../account/form_rules.js";
import { useAccount, useAccountSession } from "../app/account_context.js";
import { paths } from "../app/router.js";
import { useWords } from "../i18n/language.js";
import { useAction } from "../api/use_action.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Field } from "../ui/Field.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";
import { focusFirstProblem } from "./entry_form.js";

export function SignInPage() {
  const { text } = useWords();
  const words = text.account;
  const session = useAccountSession();
  const { expelled } = useAccount();
  const [entries, setEntries] = useState({ email: "", password: "", displayName: "" });
  const [local, setLocal] = useState<Problems>({});
  const action = useAction();
  const problems = { ...(action.failure ? problemsOf(action.failure, entries) : {}), ...local };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const found = checkSignIn(entries);
    setLocal(found);
    if (Object.keys(found).length === 0) await action.run("sign_in", () => session.signIn(entries.email.trim(), entries.password));
    focusFirstProblem(form);
  };
  const entry = (name: "email" | "password") => ({
    value: entries[name],
    problem: problems[name] && words.problems[problems[name]],
    onChange: (event: { target: { value: string } }) => {
      setEntries({ ...entries, [name]: event.target.value });
      setLocal(({ [name]: _corrected, ...others }) => others);
      action.dismiss();
    },
  });

  return (
    <Page title={words.signInTitle}>
      <p className="lead">{text.common.tagline}</p>
      {expelled && <p className="box">{words.signedOutByServer}</p>}
      <form className="card stack" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={words.email} type="email" name="email" autoComplete="username" inputMode="email" required {...entry("email")} />
        <Field label={words.password} type="password" name="password" autoComplete="current-password" required {...entry("password")} />
        {Object.keys(problems).length === 0 && <FailureBox failure={action.failure} />}
        <button type="submit" className="primary" disabled={action.busy}>
          {action.busy ? words.signingIn : words.signIn}
        </button>
      </form>
      <p>
        <Link href={paths.signUp + location.search}>{words.toSignUp}</Link>
      </p>
    </Page>
  );
}
