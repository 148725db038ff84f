import type { DeviceFailure } from "../devices/capture.js";
import { useWords } from "../i18n/language.js";

/** Why a device could not be started, and what to do about it. */
export function DeviceProblem({ failure }: { readonly failure: DeviceFailure }) {
  const words = useWords().text.setup.device;
  const { problem, errorName } = failure;
  const what = problem === "unknown" ? words.unknown(errorName) : words[problem];
  return (
    <p>
      {what} {words[`${problem}Fix`]}
    </p>
  );
}
