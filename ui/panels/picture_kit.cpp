#include "ui/panels/picture_kit.h"

#include "ui/picture_text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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
                   const std::function<float(int)>& x_of, float y, float right) {
    struct Name {
        std::string text;
        float first = 0;
        float last = 0;
        [[nodiscard]] float middle() const { return (first + last) / 2; }
    };
    const auto half = [&](const Name& name) { return text_size(theme.small, name.text).x / 2; };
    std::vector<Name> names;
    for (const int k : keys) {
        Name next{"k = " + std::to_string(k), x_of(k), x_of(k)};
        while (!names.empty()) {
            Name& before = names.back();
            if (before.middle() + half(before) + theme.px(6) <= next.middle() - half(next)) {
                break;
            }
            next = {before.text + ", " + next.text.substr(4), before.first, next.last};
            names.pop_back();
        }
        names.push_back(std::move(next));
    }
    const Color color = final ? theme.palette->text : theme.palette->muted;
    float end = right;
    for (const Name& name : names) {
        end = put_text(list, theme.small, color, {name.middle(), y}, Align::kCentre, name.text)
                  .right();
    }
    const float room = right - end - theme.px(10);
    if (!final && room > text_size(theme.small, text::kProvisional).x) {
        put_text(list, theme.small, color.with_alpha(0.7F), {end + theme.px(10), y}, Align::kLeft,
                 text::kProvisional);
    }
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
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture.id()));
}

std::optional<std::size_t> choose(const PanelInput& input, std::span<const Choice> choices) {
    std::optional<std::size_t> pressed;
    const float height = input.theme.px(24);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) {
            ImGui::SameLine(0, input.theme.px(1));
        }
        const Choice& choice = choices[i];
        const float width = text_size(input.theme.text, choice.label).x + input.theme.px(14);
        if (button(input, {.control = choice.control,
                           .label = choice.label,
                           .look = choice.chosen ? Look::kSelected : Look::kQuiet,
                           .size = {width, height}})) {
            pressed = i;
        }
    }
    return pressed;
}

std::span<const float> amplitudes_of(const SpectrumRow& row, WavetableSource source) {
    return source == WavetableSource::kLogits ? row.logit_amplitude : row.amplitude;
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
    int best = 0;
    for (const int k : keys) {
        const auto index = static_cast<std::size_t>(k - 1);
        if (k >= 1 && index < newest.amplitude.size() &&
            (best == 0 ||
             newest.amplitude[index] > newest.amplitude[static_cast<std::size_t>(best - 1)])) {
            best = k;
        }
    }
    if (best > 0) {
        return best;
    }
    const std::vector<int> first = strongest(newest.amplitude, 1);
    return first.empty() ? 1 : first.front() + 1;
}

int shown_frequency(const PanelInput& input, const RunRecord& run) {
    // For even p the last one alternates and has no plane; the picture says so.
    const int last = std::max(run.config.p / 2, 1);
    return std::clamp(input.view.frequency ? *input.view.frequency : default_frequency(run), 1,
                      last);
}

std::size_t record_seen(const RunRecord& run, WavetableSource source, const SpectrumRows& rows,
                        int row, int frequency) {
    const auto stride = static_cast<std::size_t>(rows.stride());
    const std::size_t first = static_cast<std::size_t>(row) * stride;
    const std::size_t end = std::min(first + stride, run.spectra.size());
    const auto value = [&](std::size_t record) {
        return amplitudes_of(run.spectra[record], source)[static_cast<std::size_t>(frequency) - 1];
    };
    std::size_t best = first;
    for (std::size_t record = first; record < end; ++record) {
        best = value(record) > value(best) ? record : best;
    }
    return best;
}

const SpectrumRows& RunRows::update(const RunRecord& run, WavetableSource source, int capacity) {
    const int frequencies = static_cast<int>(amplitudes_of(run.spectra.front(), source).size());
    if (!rows_ || run.id != run_ || run.generation != generation_ || source != source_ ||
        rows_->capacity() != capacity || rows_->frequencies() != frequencies ||
        rows_->records() > run.spectra.size()) {
        rows_.emplace(frequencies, capacity);
        run_ = run.id;
        generation_ = run.generation;
        source_ = source;
        ++identity_;
    }
    while (rows_->records() < run.spectra.size()) {
        const SpectrumRow& next = run.spectra[rows_->records()];
        rows_->append(next.epoch, amplitudes_of(next, source));
    }
    return *rows_;
}

} // namespace grokscope::ui
