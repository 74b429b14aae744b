// Answers questions about the weights of one run: it has the run's shape and split, and computes
// with a forward pass of its own. Threads: used by one thread, the one that may run the pool.
#pragma once

#include "engine/analysis/folded_logits.h"
#include "engine/analysis/group_transform.h"
#include "engine/analysis/waves.h"
#include "engine/inspect/ablation.h"
#include "engine/inspect/grid_reading.h"
#include "engine/model/parameters.h"
#include "engine/model/sited_forward.h"
#include "engine/model/step.h"
#include "engine/protocol/config.h"
#include "engine/protocol/inspect.h"
#include "engine/task/task.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Keeps what it last computed: a question about the same weights costs only what is new in it.
class ModelInspector {
public:
    /// `pool` outlives this. Throws std::invalid_argument when the configuration is not valid.
    ModelInspector(const RunConfig& config, WorkerPool& pool);

    /// Answers from `weights`: the model's part of the reply, or its `problem`. `query` is copied
    /// into it; which weights they are, and the time it took, is left to the caller. Blocks, for
    /// two forward passes over the grid at most when the frequencies stay and three when they do
    /// not. Throws std::invalid_argument when the weights belong to another shape.
    [[nodiscard]] InspectReply answer(const InspectQuery& query,
                                      const std::shared_ptr<const Parameters>& weights);

private:
    /// One model and what was computed of it so far.
    struct Subject {
        std::vector<float> logits; ///< [p*p, p]
        InspectedModel model;
        std::optional<FoldedLogits> folded;
        std::vector<float> attention; ///< over the grid; empty until asked for
        int attention_layer = 0;      ///< of it
        /// With the frequencies removed from the embedding, and rows of it scaled wherever they
        /// stand; else those of the intact model.
        std::optional<Parameters> embedding;
    };

    void take_up(const std::shared_ptr<const Parameters>& weights);
    void take_apart(const Ablation& ablation);
    /// Logits of these weights with the parts of `ablation` taken out and one operand scaled.
    void forward(const Ablation& ablation, const Parameters& parameters,
                 std::vector<float>& logits);
    /// What the parts of `ablation` and its operand become, in these weights.
    [[nodiscard]] AblationPatches patches_of(const Ablation& ablation,
                                             const Parameters& parameters);
    /// Removes frequencies from logits, or keeps only them and the class means.
    void filter(const Ablation& ablation, std::vector<float>& logits, const FoldedLogits& folded);
    /// Folds logits [p*p, p], row a*p + b.
    [[nodiscard]] FoldedLogits fold(const std::vector<float>& logits);
    [[nodiscard]] const FoldedLogits& folded(Subject& subject);
    /// Of one layer of the subject, which is that of `ablation`.
    [[nodiscard]] const std::vector<float>& attention(Subject& subject, const Ablation& ablation,
                                                      int layer);
    /// What the reply has of one pair.
    void read(NumberPair pair, Subject& shown, const Parameters& embedding, InspectReply& reply);
    /// What a model says to the pairs that `ablation` asks about; nothing without such pairs.
    [[nodiscard]] std::optional<AnswerShares> shares_of(const InspectedModel& model,
                                                        const Ablation& ablation) const;
    /// Of the intact model; see SiteMean.
    [[nodiscard]] const std::vector<float>& mean_of(SiteAt at);
    [[nodiscard]] std::vector<int> key_frequencies();
    [[nodiscard]] std::vector<int> clock_frequencies(const InspectQuery& query);

    RunConfig config_;
    WorkerPool& pool_;
    PairGrid grid_;
    GroupIndex group_;
    Waves waves_;                // of the group's order, 1 without a group
    std::vector<Pair> pairs_;    // all, row a*p + b
    std::vector<Pair> defined_;  // those for which the operation is
    std::unique_ptr<Step> step_; // for forward passes of whole models
    SitedForward sited_;         // for all others
    GroupTransform of_unembedding_;

    std::shared_ptr<const Parameters> weights_; // those of all that follows
    Subject intact_;
    std::vector<float> amplitudes_; // A_k(W_L)
    std::vector<std::pair<SiteAt, std::vector<float>>> means_;
    Ablation ablation_;              // of the two that follow
    std::optional<Subject> ablated_; // empty when nothing is taken out
    std::optional<ModelFigures> elsewhere_;
    std::vector<float> scratch_; // values that are used at once
};

} // namespace grokscope
