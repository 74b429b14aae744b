// What the clicks in TAKE APART do to an ablation, and how it is put into words.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/inspect.h"

#include <string>

namespace grokscope::ui {

/// Puts frequency k in or takes it out; the list stays sorted.
void toggle_frequency(Ablation& ablation, int k);
/// Whether the ablated model lacks frequency k.
[[nodiscard]] bool takes_out(const Ablation& ablation, int k);
/// kNone to kZero to kMean and round again.
[[nodiscard]] Replacement next_replacement(Replacement now);
/// What takes the place of a head's output; heads that the ablation does not list stay.
[[nodiscard]] Replacement replacement_of(const Ablation& ablation, int head);
/// Turns `head` of `heads` to its next replacement.
void turn_head(Ablation& ablation, int head, int heads);
/// Scales these embeddings, by 0 if none were scaled so far; chosen again, none.
void choose_rows(Ablation& ablation, ScaledRows rows);
/// Scales the chosen ones by 0..1.
void scale_rows(Ablation& ablation, double factor);
/// Takes back what the model of a run, whose operation has a group of this order, does not have, or
/// what is not looked at in it.
void fit_to_model(Ablation& ablation, int order, const RunConfig& config);
/// "0", "a", "b", "a and b": whose embeddings are scaled.
[[nodiscard]] const char* rows_label(ScaledRows rows);
/// "row of a x 0.25"
[[nodiscard]] std::string scaled_rows(ScaledRows rows, double factor);
/// What a model answers while embeddings are scaled, and what it does otherwise: a sentence or two.
[[nodiscard]] std::string scaled_answers(ScaledRows rows, const AnswerShares& intact,
                                         const AnswerShares& scaled);
/// "without k = 14, 35; head 2 zero"; empty for an empty ablation.
[[nodiscard]] std::string in_words(const Ablation& ablation);

} // namespace grokscope::ui
