"""The grade that plain answers suggest, until a person at the desk confirms or changes it."""

from typing import Any

_ASSESSMENTS = {
    "first_hand": "A",
    "child_about_self": "A",
    "told_and_corroborated": "B",
    "told_by_another": "C",
    "not_known": "D",
    "suspected_false": "E",
}
_EVALUATIONS = {"proved_right_before": "1", "first_time": "2", "reason_to_doubt": "3"}


def suggested_grade(payload: dict[str, Any]) -> tuple[str, str, str, tuple[str, ...]]:
    """Source evaluation, intelligence assessment, handling code and conditions of a valid payload.

    A police agency's own grading is taken as it stands; else the plain answers suggest one.
    """
    if graded := payload.get("grading"):
        conditions = graded.get("handling_conditions", []) if graded["handling_code"] == "C" else []
        return (
            graded["source_evaluation"],
            graded["intelligence_assessment"],
            graded["handling_code"],
            tuple(conditions),
        )
    answers = payload["provenance"]
    source = _EVALUATIONS[answers.get("source_history", "first_time")]
    guarded = payload.get("sharing", {}).get("risk_if_shared", False)
    handling, conditions = ("C", ("sanitised_only",)) if guarded else ("P", ())
    return source, _ASSESSMENTS[answers["how_known"]], handling, conditions
