// Which heads of which layers carry the answer, and which layers can be skipped: the readings of
// `mediation` and `skip` of one run, and what of them is said (science.md 6.1).
// Threads: any; values only.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/core/depth_choice.h"
#include "ui/core/run_book.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

/// A score stands out that is so many standard errors away from 0, or more.
inline constexpr double kStandsOut = 3;
/// From so many right answers on, with nothing skipped, a window of layers may be called bypassed.
inline constexpr double kAnswersFrom = 0.9;
/// A window is bypassed that costs less accuracy than this, and cost as much or more before.
inline constexpr double kBypassedBelow = 0.01;

struct HeadPlace {
    int layer = 0;
    int head = 0;
    friend bool operator==(const HeadPlace&, const HeadPlace&) = default;
};

/// One reading of `mediation`, in logits.
struct HeadReading {
    std::int32_t epoch = 0;
    /// By HeadScore, each [layers * heads] or empty where it was not read.
    std::array<std::vector<double>, kHeadScores> scores;
    std::vector<double> error; ///< standard error of the published score, or empty
    /// Share of the heads that hold nine tenths of the published scores' summed size.
    double spread = std::numeric_limits<double>::quiet_NaN();
    double total = std::numeric_limits<double>::quiet_NaN(); ///< everything exchanged

    [[nodiscard]] const std::vector<double>& of(HeadScore score) const {
        return scores[static_cast<std::size_t>(score)];
    }
    /// There are published scores, and all are numbers.
    [[nodiscard]] bool scored() const;
    /// A published score is kStandsOut errors away from 0.
    [[nodiscard]] bool stands_out() const;
};

/// One reading of `skip`: accuracies, 0..1.
struct SkipReading {
    std::int32_t epoch = 0;
    double intact = std::numeric_limits<double>::quiet_NaN();
    /// By SkipPart, each by the window's first layer: [layers - window + 1].
    std::array<std::vector<double>, kSkipParts> accuracy;

    [[nodiscard]] const std::vector<double>& of(SkipPart part) const {
        return accuracy[static_cast<std::size_t>(part)];
    }
};

/// What is drawn of one run.
struct Depth {
    int layers = 1;
    int heads = 1;                    ///< of a layer
    int window = 1;                   ///< layers that are skipped at once
    std::vector<std::int32_t> epochs; ///< of `mediated`, increasing
    std::vector<HeadReading> mediated;
    std::vector<SkipReading> skipped; ///< by epoch
    /// Largest modulus of each score over all readings; 0 without any.
    std::array<double, kHeadScores> largest{};

    [[nodiscard]] std::size_t index_of(const HeadPlace& place) const {
        return static_cast<std::size_t>(place.layer * heads + place.head);
    }
    /// That score was read.
    [[nodiscard]] bool offers(HeadScore score) const;
    [[nodiscard]] double largest_of(HeadScore score) const {
        return largest[static_cast<std::size_t>(score)];
    }
    /// Index of the newest reading at or before `epoch`.
    [[nodiscard]] std::optional<std::size_t> mediated_at(std::int32_t epoch) const;
    [[nodiscard]] std::optional<std::size_t> skipped_at(std::int32_t epoch) const;
};

/// Readings of another model's size are left out.
[[nodiscard]] Depth depth_of(const RunRecord& run);

/// First layers of the windows that are bypassed by that reading of `skipped`; says nothing of
/// whether the model answers by then.
[[nodiscard]] std::vector<int> bypassed(const Depth& depth, std::size_t reading);
/// "one layer at a time: layer 2, 4", "3 layers in a row at a time: layers 2-4, 3-5"; more than two
/// windows that follow one another are "2-4 to 6-8".
[[nodiscard]] std::string windows_in_words(std::span<const int> first_layers, int window);
/// "layer 2", "layers 2-4".
[[nodiscard]] std::string window_in_words(int first_layer, int window);

/// A reading of `skipped` that has a curve, and what it is called.
struct SkipCurve {
    enum class Kind : std::uint8_t { kFirst, kMemorised, kNow };
    Kind kind{}; ///< the first that it is
    std::string name;
    std::size_t reading = 0;
};

/// Those of the first reading, the first one after it had memorised and the newest, none of a later
/// epoch than `cursor` and none twice. `memorised`: the epoch of that event; `from_seed`: the run's
/// first weights are those of its seed.
[[nodiscard]] std::vector<SkipCurve> skip_curves(const Depth& depth,
                                                 std::optional<std::int32_t> memorised,
                                                 std::int32_t cursor, bool from_seed);

/// What a click on a head does: it turns to its next replacement; in another layer than the
/// ablation's, that one is dropped first.
void ablate_head(Ablation& ablation, const HeadPlace& place, int heads);
/// The first head that is ablated in a model of that size.
[[nodiscard]] std::optional<HeadPlace> ablated_head(const Ablation& ablation, int layers,
                                                    int heads);
/// "layer 0, head 2 zero; MLP of layer 0 mean": as in_words(), each head with its layer.
[[nodiscard]] std::string ablation_in_words(const Ablation& ablation, int layers);

/// "+1.24", "-0.30", "0.00", "+1,240"; an en dash for what is no number.
[[nodiscard]] std::string signed_logits(double value);
/// All that a reading has of a head: "layer 3, head 2 (read at 2,000): +1.24 +- 0.05 logits;
/// another head +0.02, another pair -0.30", and the chosen score, where that is another.
[[nodiscard]] std::string head_in_words(const Depth& depth, std::size_t reading,
                                        const HeadPlace& place, HeadScore chosen);

} // namespace grokscope::ui
