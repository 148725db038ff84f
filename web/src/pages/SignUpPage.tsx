import { useState, type FormEvent } from "react";
import { checkSignUp, passwordStrength, problemsOf, type FieldName, type Problems } from "../account/form_rules.js";
import { useAccountSession } from "../app/account_context.js";
import { paths } from "../app/router.js";
import { languageOf, useWords } from "../i18n/language.js";
import { useAction } from "../api/use_action.js";
import { FailureBox } from "../ui/FailureBox.js";
import { Field } from "../ui/Field.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";
import { focusFirstProblem } from "./entry_form.js";

export function SignUpPage() {
  const { locale, text } = useWords();
  const words = text.account;
  const session = useAccountSession();
  const [entries, setEntries] = useState({ email: "", password: "", displayName: "" });
  const [shown, setShown] = useState(false);
  const [local, setLocal] = useState<Problems>({});
  const action = useAction();
  const problems = { ...(action.failure ? problemsOf(action.failure, entries) : {}), ...local };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const found = checkSignUp(entries);
    setLocal(found);
    const fields = { email: entries.email.trim(), password: entries.password, displayName: entries.displayName.trim() };
    if (Object.keys(found).length === 0) {
      await action.run(JSON.stringify(fields), (requestId) => session.signUp({ ...fields, language: languageOf(locale) }, requestId));
    }
    focusFirstProblem(form);
  };
  const entry = (name: FieldName) => ({
    name,
    value: entries[name],
    problem: problems[name] && words.problems[problems[name]],
    onChange: (event: { target: { value: string } }) => {
      setEntries({ ...entries, [name]: event.target.value });
      setLocal(({ [name]: _corrected, ...others }) => others);
      action.dismiss();
    },
  });

  return (
    <Page title={words.signUpTitle}>
      <p className="lead">{text.common.tagline}</p>
      <form className="card stack" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={words.email} type="email" autoComplete="username" inputMode="email" required {...entry("email")} />
        <Field
          label={words.password}
          hint={words.passwordHint}
          type={shown ? "text" : "password"}
          autoComplete="new-password"
          required
          {...entry("password")}
        >
          <div className="row">
            <label className="check">
              <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
              {words.showPassword}
            </label>
            {entries.password !== "" && <StrengthLine password={entries.password} />}
          </div>
        </Field>
        <Field label={words.displayName} hint={words.displayNameHint} autoComplete="name" required {...entry("displayName")} />
        {Object.keys(problems).length === 0 && <FailureBox failure={action.failure} />}
        <button type="submit" className="primary" disabled={action.busy}>
          {action.busy ? words.signingUp : words.signUp}
        </button>
      </form>
      <p>
        <Link href={paths.signIn + location.search}>{words.toSignIn}</Link>
      </p>
    </Page>
  );
}

function StrengthLine({ password }: { readonly password: string }) {
  const { strength } = useWords().text.account;
  const value = passwordStrength(password);
  return (
    <span className={`strength strength-${value}`} aria-live="polite">
      {strength.label}: {strength[value]}
    </span>
  );
}
