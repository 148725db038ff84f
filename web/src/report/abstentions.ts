import { AbstentionReason, type Criterion } from "../gen/parley/common/v1/evaluation_pb.js";
import type { QuestionReport } from "../gen/parley/session/v1/report_pb.js";

/** Why no answer has a level for a criterion: each reason once, in the order of the questions. Pure. */
export function reasonsWithoutLevel(questions: readonly QuestionReport[], criterion: Criterion): readonly AbstentionReason[] {
  const reasons = new Set<AbstentionReason>();
  for (const { answer } of questions) {
    for (const judged of answer?.evaluation?.criteria ?? []) {
      const abstains = judged.abstentionReason !== AbstentionReason.UNSPECIFIED;
      if (judged.criterion === criterion && judged.level === undefined && abstains) reasons.add(judged.abstentionReason);
    }
  }
  return [...reasons];
}
