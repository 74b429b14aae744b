// Small tools that the two pictures share: aligned text, choices in a row, rows of a run.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/core/spectrum_record.h"
#include "ui/gl/texture.h"
#include "ui/kit/panel_input.h"
#include "ui/scene/spectrum_rows.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

enum class Align : std::uint8_t { kLeft, kCentre, kRight };

/// Text whose left end, middle or right end is at x = at.x, its top at at.y. Returns its rectangle.
Rect put_text(ImDrawList& list, ImFont* font, const Color& color, ImVec2 at, Align align,
              std::string_view content);
/// The same in the small font with an outline in the panel's colour, for text on top of a picture.
Rect put_outlined(ImDrawList& list, const Theme& theme, const Color& color, ImVec2 at, Align align,
                  std::string_view content);
/// Names key frequencies at their places, "k = 14" in the middle of x_of(14), tops at `y`;
/// neighbours that have no room for a name each share one: "k = 1, 2". While they are not `final`
/// they are muted and called provisional, or questioned where the word does not fit. Nothing leaves
/// `area` at its sides.
void put_key_names(ImDrawList& list, const Theme& theme, std::span<const int> keys, bool final,
                   const std::function<float(int)>& x_of, float y, const Rect& area);
/// Numbers a frequency axis: 1, then every 10th, 20th or 50th, whichever has room; tops at `y`.
/// Says what the axis is after the last number, if that fits left of `right`.
void put_frequency_ticks(ImDrawList& list, const Theme& theme, int frequencies,
                         const std::function<float(float)>& x_of, float y, float right);
/// Names a run as the run list does, chip first, cut to `width`.
void put_run_name(const PanelInput& input, ImDrawList& list, const RunRecord& run, ImVec2 at,
                  float width);
/// The first of several wordings that is at most `width` wide; the last one cut when none is.
[[nodiscard]] std::string first_that_fits(ImFont* font, float width,
                                          std::initializer_list<std::string> wordings);
/// An amplitude in three digits, "0.0312" or "1,240".
[[nodiscard]] std::string figure(float value);
/// Text in several lines, centred in `area`, at most `width` wide.
void put_paragraph(ImDrawList& list, ImFont* font, const Color& color, const Rect& area,
                   float width, std::string_view content);

/// What ImGui calls the texture.
/// The back end takes its lower half, OpenGL's name, for the texture. The upper one makes it
/// another id when the content is another, for frame_damage.h.
[[nodiscard]] ImTextureID texture_id(const gl::Texture& texture);
[[nodiscard]] ImTextureID texture_id(std::uint32_t name, std::uint32_t version);

/// One of the exclusive choices of a row of buttons, or one that opens a list or is on or off.
struct Choice {
    enum class Kind : std::uint8_t { kExclusive, kMenu, kSwitch };
    std::string_view control; ///< name in the table of controls
    const char* label;
    bool chosen = false;
    Kind kind = Kind::kExclusive;
};
/// Draws the choices side by side, on a new line when they do not fit on this one. The index of
/// the one pressed, or nothing. The first stands at ImGui's cursor.
[[nodiscard]] std::optional<std::size_t> choose(const PanelInput& input,
                                                std::span<const Choice> choices);

/// Continues the line when these fit on it, else ImGui goes to the next one.
void continue_line(const PanelInput& input, std::span<const Choice> choices);

/// Whether pictures of the run have the numbers in their own order, though its group has another.
[[nodiscard]] inline bool in_plain_order(const PanelInput& input, const RunRecord& run) {
    return input.view.settings.plain_order && run.task.has_two_orders();
}

/// A switch to the numbers' own order; nothing for a run whose operation has no other. On the line
/// that others began, or on a new one. Null: no run.
void draw_order_choice(const PanelInput& input, const RunRecord* run, std::string_view control,
                       bool goes_on);

/// Key frequencies of a run as of an epoch, provisional while it trains; sorted, often empty.
[[nodiscard]] std::span<const int> key_frequencies_at(const RunRecord& run, std::int32_t epoch);
/// Indices (k - 1) of the `count` largest amplitudes, largest first.
[[nodiscard]] std::vector<int> strongest(std::span<const float> amplitudes, std::size_t count);
/// Frequency the circle shows when none is chosen: the key frequency with the largest amplitude in
/// W_E at the newest record, or the largest of all while there is no key frequency. At least 1.
[[nodiscard]] int default_frequency(const RunRecord& run);

/// Frequency at which the pictures show `run`: the chosen one, else the default of the selected run
/// (the same for the one it is compared with), within the run's range. Where a smaller p has no
/// such frequency, its own default.
[[nodiscard]] int shown_frequency(const PanelInput& input, const RunRecord& run);

/// Record behind what `row` shows at a frequency: of those merged into it, the one with the largest
/// amplitude.
[[nodiscard]] std::size_t record_seen(const SpectrumRecord& spectra, const SpectrumRows& rows,
                                      int row, int frequency);

/// Rows of one run at one capacity, brought up to date each frame.
class RunRows {
public:
    /// The rows now, each of `stride` records or more; rebuilt when run, source or capacity differ
    /// from the last call, or the stride is smaller. There is at least one spectrum.
    const SpectrumRows& update(const SpectrumRecord& spectra, int capacity, int stride);
    /// The rows of the last update().
    [[nodiscard]] const SpectrumRows& rows() const { return *rows_; }
    /// Grows whenever the rows were rebuilt.
    [[nodiscard]] std::uint64_t identity() const { return identity_; }

private:
    std::optional<SpectrumRows> rows_;
    RunId run_{};
    std::uint32_t generation_ = 0;
    WavetableSource source_ = WavetableSource::kEmbedding;
    int stride_ = 1;
    std::uint64_t identity_ = 0;
};

} // namespace grokscope::ui
