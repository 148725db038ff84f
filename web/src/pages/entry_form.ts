/** After a refused form: the focus goes to the first entry that has to change. */
export function focusFirstProblem(form: HTMLFormElement): void {
  // After React has shown the problems.
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
