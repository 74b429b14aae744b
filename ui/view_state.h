// What the user chose to see: a plain struct with one owner, the window. Panels change it directly;
// nothing in it concerns training.
// Threads: main thread only.
#pragma once

#include "engine/protocol/metrics.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace grokscope::ui {

enum class ThemeKind : std::uint8_t { kDark, kLight };
enum class WavetableMode : std::uint8_t { kRidge, kHeat, kBars };
/// How amplitudes become heights (science.md 3.2).
enum class WavetableScale : std::uint8_t { kLinear, kDecibel, kShape };
enum class ThirdPlot : std::uint8_t { kMismatch, kProgress };

/// The one epoch that all panels show. Live: the newest epoch of the selected run.
struct EpochCursor {
    bool live = true;
    /// Where it is held; without meaning while live.
    std::int32_t held_epoch = 0;

    void hold(std::int32_t epoch) {
        live = false;
        held_epoch = std::max<std::int32_t>(epoch, 0);
    }
    /// The epoch it stands on, given the newest one of the selected run.
    [[nodiscard]] std::int32_t at(std::int32_t newest) const { return live ? newest : held_epoch; }
};

/// Epoch axis shared by all plots.
struct EpochAxis {
    double min = 0;
    double max = 500;
    bool log = false;
    /// The program moves the axis only while this is on; a pan or zoom by the user ends it.
    bool follow = true;
};

/// Whose spectrum the wavetable shows: the number embeddings W_E, or W_L = W_U^T W_out, what the
/// MLP's neurons write on the logits.
enum class WavetableSource : std::uint8_t { kEmbedding, kLogits };

struct WavetableView {
    WavetableMode mode = WavetableMode::kRidge;
    WavetableSource source = WavetableSource::kEmbedding;
    WavetableScale scale = WavetableScale::kLinear;
    /// 0 (rows nearly on top of each other) to 1 (seen from above).
    float tilt = 0.5F;
    /// -1 to 1: rows at the back moved left or right, as a share of the width.
    float shear = 0.25F;
};

/// One circle, epoch 0 beside the cursor's, or one circle for each of up to five key frequencies.
enum class CircleLayout : std::uint8_t { kOne, kBeforeNow, kKeyFrequencies };

struct CircleView {
    CircleLayout layout = CircleLayout::kOne;
    /// Points glide to their new places in under 200 ms; off: they jump.
    bool glide = true;
};

struct ViewState {
    std::optional<RunId> selected;
    /// Run under the mouse in list, plot or timeline; set anew each frame.
    std::optional<RunId> hovered;
    std::vector<RunId> hidden;

    EpochCursor cursor;
    /// Epoch under the mouse in any plot; set anew each frame.
    std::optional<std::int32_t> hovered_epoch;
    EpochAxis epoch_axis;
    bool log_loss = true;
    ThirdPlot third_plot = ThirdPlot::kMismatch;

    WavetableView wavetable;
    CircleView circle;
    /// Frequency of the circle, 1..(p-1)/2; nothing: the strongest of the newest recorded epoch, so
    /// that it does not change while scrubbing.
    std::optional<int> frequency;

    ThemeKind theme = ThemeKind::kDark;
    /// User's zoom of the whole window, 1..3, on top of the monitor's scale.
    float scale = 1.0F;
    bool side_columns = true;
    bool help_open = false;
    bool info_open = false;

    [[nodiscard]] bool visible(RunId run) const {
        return std::find(hidden.begin(), hidden.end(), run) == hidden.end();
    }
    void set_visible(RunId run, bool show) {
        std::erase(hidden, run);
        if (!show) {
            hidden.push_back(run);
        }
    }
    /// Follow latest: the right edge tracks the data again and the cursor is live (End).
    void follow_latest() {
        epoch_axis.follow = true;
        cursor.live = true;
    }
};

} // namespace grokscope::ui
