import type { Text } from "../i18n/en/index.js";

/** A role as the candidate chose it: a family by its id, or the words they typed. */
export function roleName(role: string, text: Text): string {
  const families: Readonly<Record<string, string>> = text.setup.roles;
  return families[role] ?? role;
}
