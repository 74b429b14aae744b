#include "ui/kit/picture_kit.h"

#include "engine/protocol/frequencies.h"
#include "ui/core/picture_text.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/icons.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace grokscope::ui {

Rect put_text(ImDrawList& list, ImFont* font, const Color& color, ImVec2 at, Align align,
              std::string_view content) {
    const ImVec2 size = text_size(font, content);
    const float share = align == Align::kLeft ? 0.0F : align == Align::kCentre ? 0.5F : 1.0F;
    const ImVec2 corner{std::floor(at.x - share * size.x), std::floor(at.y)};
    draw_text(list, font, corner, color, content);
    return {corner.x, corner.y, size.x, size.y};
}

Rect put_outlined(ImDrawList& list, const Theme& theme, const Color& color, ImVec2 at, Align align,
                  std::string_view content) {
    const Color ground = theme.palette->panel.with_alpha(0.8F);
    const float out = theme.px(1.2F);
    for (const auto& [dx, dy] : {std::pair{-out, 0.0F}, {out, 0.0F}, {0.0F, -out}, {0.0F, out}}) {
        put_text(list, theme.small, ground, {at.x + dx, at.y + dy}, align, content);
    }
    return put_text(list, theme.small, color, at, align, content);
}

void put_key_names(ImDrawList& list, const Theme& theme, std::span<const int> keys, bool final,
                   const std::function<float(int)>& x_of, float y, const Rect& area) {
    struct Name {
        std::string text;
        float first = 0;
        float last = 0;
        [[nodiscard]] float middle() const { return (first + last) / 2; }
    };
    const auto left_of = [&](const Name& name, float width) {
        return std::clamp(name.middle() - width / 2, area.x,
                          std::max(area.right() - width, area.x));
    };
    const auto width_of = [&](const Name& name) { return text_size(theme.small, name.text).x; };
    std::vector<Name> names;
    for (const int k : keys) {
        Name next{"k = " + std::to_string(k), x_of(k), x_of(k)};
        while (!names.empty()) {
            Name& before = names.back();
            const float end = left_of(before, width_of(before)) + width_of(before);
            if (end + theme.px(6) <= left_of(next, width_of(next))) {
                break;
            }
            next = {before.text + ", " + next.text.substr(4), before.first, next.last};
            names.pop_back();
        }
        names.push_back(std::move(next));
    }
    if (names.empty()) {
        return;
    }
    const Color color = final ? theme.palette->text : theme.palette->muted;
    const float gap = theme.px(10);
    const float last = width_of(names.back());
    const float end = left_of(names.back(), last) + last + gap;
    // At the end of the line, where it belongs to no one name.
    const float remark = area.right() - text_size(theme.small, text::kProvisional).x;
    if (!final && end <= remark) {
        put_text(list, theme.small, color, {remark, y}, Align::kLeft, text::kProvisional);
    } else if (!final) {
        names.back().text += " ?";
    }
    for (const Name& name : names) {
        const std::string words = fitted(theme.small, name.text, area.width);
        put_text(list, theme.small, color, {left_of(name, text_size(theme.small, words).x), y},
                 Align::kLeft, words);
    }
}

void put_frequency_ticks(ImDrawList& list, const Theme& theme, int frequencies,
                         const std::function<float(float)>& x_of, float y, float right) {
    const float least = text_size(theme.small, "00").x + theme.px(7);
    const float column = x_of(2) - x_of(1);
    int step = 10;
    for (int wider = 0; static_cast<float>(step) * column < least && step < frequencies; ++wider) {
        step = wider % 3 == 1 ? step / 2 * 5 : step * 2; // 10, 20, 50, 100 ...
    }
    const Color& ink = theme.palette->muted;
    float end = 0;
    for (int k = 1; k <= frequencies; k = k == 1 ? step : k + step) {
        end = put_text(list, theme.small, ink, {x_of(static_cast<float>(k)), y}, Align::kCentre,
                       std::to_string(k))
                  .right();
    }
    const float title = text_size(theme.small, text::kFrequencyAxis).x;
    if (end + theme.px(8) + title <= right) {
        put_text(list, theme.small, ink,
                 {std::min(x_of(static_cast<float>(frequencies)) + theme.px(12), right - title), y},
                 Align::kLeft, text::kFrequencyAxis);
    }
}

void put_run_name(const PanelInput& input, ImDrawList& list, const RunRecord& run, ImVec2 at,
                  float width) {
    const Theme& theme = input.theme;
    const float chip = theme.px(26);
    draw_chip(list, run_style(input.view, run, theme.kind), at, {chip, theme.small->FontSize},
              theme.scale, theme.palette->panel, false);
    const float pin = input.view.pinned == run.id ? theme.px(16) : 0;
    const std::string name = fitted(
        theme.small, run_label(input.view, run, several_seeds(input.book)), width - chip - pin);
    const Rect words = put_text(list, theme.small, theme.palette->text,
                                {at.x + chip + theme.px(6), at.y}, Align::kLeft, name);
    if (pin > 0) {
        draw_icon(list, Icon::kPinned,
                  {words.right() + theme.px(9), at.y + theme.small->FontSize / 2}, theme.px(10),
                  u32(theme.palette->muted));
    }
}

std::string first_that_fits(ImFont* font, float width,
                            std::initializer_list<std::string> wordings) {
    for (const std::string& wording : wordings) {
        if (text_size(font, wording).x <= width) {
            return wording;
        }
    }
    return fitted(font, *(wordings.end() - 1), width);
}

std::string figure(float value) {
    if (value >= 1000 && value < 1e9F) {
        return text::grouped(static_cast<std::int64_t>(std::lround(value)));
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", static_cast<double>(value));
    return text;
}

void put_paragraph(ImDrawList& list, ImFont* font, const Color& color, const Rect& area,
                   float width, std::string_view content) {
    const float wrap = std::min(width, area.width);
    std::vector<std::string_view> lines;
    const char* at = content.data();
    const char* const end = at + content.size();
    while (at < end) {
        const char* stop = font->CalcWordWrapPositionA(1, at, end, wrap);
        stop = std::max(stop, at + 1); // a word wider than the area
        lines.emplace_back(at, static_cast<std::size_t>(stop - at));
        at = stop;
        while (at < end && *at == ' ') {
            ++at;
        }
    }
    const float step = font->FontSize * 1.35F;
    float y = area.y + (area.height - step * static_cast<float>(lines.size())) / 2;
    for (const std::string_view line : lines) {
        put_text(list, font, color, {area.x + area.width / 2, y}, Align::kCentre, line);
        y += step;
    }
}

ImTextureID texture_id(const gl::Texture& texture) {
    return texture_id(texture.id(), texture.version());
}

ImTextureID texture_id(std::uint32_t name, std::uint32_t version) {
    static_assert(sizeof(ImTextureID) == sizeof(std::uint64_t));
    return reinterpret_cast<ImTextureID>(std::uint64_t{version} << 32 | name);
}

namespace {

Icon icon_of(const Choice& choice) {
    return choice.kind == Choice::Kind::kSwitch ? switch_icon(choice.chosen) : Icon::kNone;
}

/// Closer than other buttons: two rows of them would take a tenth of the picture.
float width_of(const PanelInput& input, const Choice& choice) {
    const float usual = choice.kind == Choice::Kind::kMenu
                            ? menu_width(input.theme, choice.label)
                            : button_width(input.theme, choice.label, icon_of(choice));
    return usual - input.theme.px(14);
}

} // namespace

std::optional<std::size_t> choose(const PanelInput& input, std::span<const Choice> choices) {
    std::optional<std::size_t> pressed;
    const float height = input.theme.px(24);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) {
            ImGui::SameLine(0, input.theme.px(1));
        }
        const Choice& choice = choices[i];
        if (button(input, {.control = choice.control,
                           .label = choice.label,
                           .icon = icon_of(choice),
                           .look = choice.chosen ? Look::kSelected : Look::kQuiet,
                           .size = {width_of(input, choice), height},
                           .menu = choice.kind == Choice::Kind::kMenu})) {
            pressed = i;
        }
    }
    return pressed;
}

void continue_line(const PanelInput& input, std::span<const Choice> choices) {
    float width = -input.theme.px(1);
    for (const Choice& choice : choices) {
        width += width_of(input, choice) + input.theme.px(1);
    }
    ImGui::SameLine(0, input.theme.px(6));
    if (ImGui::GetContentRegionAvail().x < width) {
        ImGui::NewLine();
    }
}

void draw_order_choice(const PanelInput& input, const RunRecord* run, std::string_view control,
                       bool goes_on) {
    if (run == nullptr || !run->task.has_two_orders()) {
        return;
    }
    const std::array order{
        Choice{control, text::kPlainOrder, input.view.settings.plain_order, Choice::Kind::kSwitch}};
    if (goes_on) {
        continue_line(input, order);
    }
    if (choose(input, order)) {
        input.view.settings.plain_order = !input.view.settings.plain_order;
    }
}

std::span<const int> key_frequencies_at(const RunRecord& run, std::int32_t epoch) {
    const ProgressRow* row = run.progress_at(epoch);
    return row == nullptr ? std::span<const int>{} : std::span<const int>(row->key_frequencies);
}

std::vector<int> strongest(std::span<const float> amplitudes, std::size_t count) {
    std::vector<int> order(amplitudes.size());
    std::iota(order.begin(), order.end(), 0);
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()));
    const auto rank = [&](int index) { // what is not a number comes last
        const float value = amplitudes[static_cast<std::size_t>(index)];
        return std::isfinite(value) ? value : -1.0F;
    };
    std::partial_sort(order.begin(), middle, order.end(),
                      [&](int one, int other) { return rank(one) > rank(other); });
    order.erase(middle, order.end());
    return order;
}

int default_frequency(const RunRecord& run) {
    if (run.spectra.empty()) {
        return 1;
    }
    const SpectrumRow& newest = run.spectra.back();
    const std::span<const int> keys = key_frequencies_at(run, newest.epoch);
    const int order = run.task.group.order();
    const auto has_plane = [&](int k) { return frequency_dimensions(k, order) == 2; };
    int best = 0;
    for (const int k : keys) {
        const auto index = static_cast<std::size_t>(k - 1);
        if (k >= 1 && index < newest.amplitude.size() && has_plane(k) &&
            (best == 0 ||
             newest.amplitude[index] > newest.amplitude[static_cast<std::size_t>(best - 1)])) {
            best = k;
        }
    }
    if (best > 0) {
        return best;
    }
    for (const int index : strongest(newest.amplitude, 2)) {
        if (has_plane(index + 1)) {
            return index + 1;
        }
    }
    return 1;
}

namespace {

/// Of the newest spectrum with the numbers in their own order, that has a plane. At least 1.
int strongest_plain_frequency(const RunRecord& run) {
    if (run.plain_spectra.empty()) {
        return 1;
    }
    for (const int index : strongest(run.plain_spectra.back().amplitude, 2)) {
        if (frequency_dimensions(index + 1, run.config.p) == 2) {
            return index + 1;
        }
    }
    return 1;
}

} // namespace

int shown_frequency(const PanelInput& input, const RunRecord& run) {
    // One for all that is compared, that of the selected run: the header names it once, and circles
    // along different frequencies do not compare.
    const RunRecord* selected = input.selected();
    const RunRecord& leader = selected != nullptr && !selected->spectra.empty() ? *selected : run;
    const int usual = leader.task.group.empty() || in_plain_order(input, leader)
                          ? strongest_plain_frequency(leader)
                          : default_frequency(leader);
    const int wanted = input.view.settings.frequency ? *input.view.settings.frequency : usual;
    // For even p the last one alternates and has no plane; the picture says so when it was chosen.
    const int order = run.task.index(input.view.settings.plain_order).order();
    const int last = std::max(largest_frequency(order), 1);
    if (wanted > last && &leader != &run) {
        return default_frequency(run); // a smaller p has no such frequency
    }
    return std::clamp(wanted, 1, last);
}

std::size_t record_seen(const SpectrumRecord& spectra, const SpectrumRows& rows, int row,
                        int frequency) {
    const auto stride = static_cast<std::size_t>(rows.stride());
    const std::size_t first = static_cast<std::size_t>(row) * stride;
    const std::size_t end = std::min(first + stride, spectra.size());
    const auto value = [&](std::size_t record) {
        return spectra.amplitudes(record)[static_cast<std::size_t>(frequency) - 1];
    };
    std::size_t best = first;
    for (std::size_t record = first; record < end; ++record) {
        best = value(record) > value(best) ? record : best;
    }
    return best;
}

const SpectrumRows& RunRows::update(const SpectrumRecord& spectra, int capacity, int stride) {
    const RunRecord& run = spectra.run();
    const int frequencies = static_cast<int>(spectra.amplitudes(0).size());
    if (frequencies < 2) {
        throw std::runtime_error("the spectrum of epoch " + text::grouped(spectra.epoch(0)) +
                                 " has " + std::to_string(frequencies) +
                                 " amplitudes, a picture needs two or more");
    }
    if (!rows_ || run.id != run_ || run.generation != generation_ || spectra.source() != source_ ||
        rows_->capacity() != capacity || rows_->frequencies() != frequencies ||
        rows_->records() > spectra.size() || stride < stride_) {
        rows_.emplace(frequencies, capacity);
        run_ = run.id;
        generation_ = run.generation;
        source_ = spectra.source();
        ++identity_;
    }
    stride_ = stride;
    while (rows_->records() < spectra.size()) {
        const std::size_t next = rows_->records();
        const std::span<const float> amplitudes = spectra.amplitudes(next);
        if (amplitudes.size() != static_cast<std::size_t>(frequencies)) {
            throw std::runtime_error(
                "the spectrum of epoch " + text::grouped(spectra.epoch(next)) + " has " +
                std::to_string(amplitudes.size()) + " amplitudes, that of epoch " +
                text::grouped(spectra.epoch(0)) + " has " + std::to_string(frequencies));
        }
        rows_->append(spectra.epoch(next), amplitudes);
    }
    rows_->merge_to(stride);
    return *rows_;
}

} // namespace grokscope::ui
