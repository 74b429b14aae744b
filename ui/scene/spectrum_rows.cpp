#include "ui/scene/spectrum_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

SpectrumRows::SpectrumRows(int frequencies, int capacity)
    : frequencies_(frequencies), capacity_(capacity) {
    if (frequencies < 2 || capacity < 2 || capacity % 2 != 0) {
        throw std::invalid_argument(
            "spectrum rows need two frequencies or more and an even capacity, got " +
            std::to_string(frequencies) + " and " + std::to_string(capacity));
    }
    epochs_.reserve(static_cast<std::size_t>(capacity));
    values_.reserve(static_cast<std::size_t>(capacity) * static_cast<std::size_t>(frequencies));
}

void SpectrumRows::append(std::int32_t epoch, std::span<const float> amplitudes) {
    if (amplitudes.size() != static_cast<std::size_t>(frequencies_)) {
        throw std::invalid_argument("a spectrum row of " + std::to_string(frequencies_) +
                                    " amplitudes was expected, got " +
                                    std::to_string(amplitudes.size()));
    }
    if (full_count() == capacity_) {
        merge_neighbours();
    }
    if (epochs_.empty() || epochs_.back().records == stride_) {
        epochs_.push_back({epoch, epoch, 0});
        values_.resize(values_.size() + amplitudes.size(), 0.0F);
    }
    Epochs& newest = epochs_.back();
    newest.last = epoch;
    ++newest.records;
    ++records_;
    float* const into = values_.data() + (values_.size() - amplitudes.size());
    for (std::size_t k = 0; k < amplitudes.size(); ++k) {
        const float value = std::isfinite(amplitudes[k]) ? amplitudes[k] : 0.0F;
        into[k] = std::max(into[k], value);
        largest_ = std::max(largest_, value);
    }
}

int SpectrumRows::full_count() const {
    const bool partial = !epochs_.empty() && epochs_.back().records < stride_;
    return count() - (partial ? 1 : 0);
}

std::span<const float> SpectrumRows::row(int row) const {
    const auto width = static_cast<std::size_t>(frequencies_);
    return std::span(values_).subspan(static_cast<std::size_t>(row) * width, width);
}

std::int32_t SpectrumRows::first_epoch(int row) const {
    return epochs_.at(static_cast<std::size_t>(row)).first;
}
std::int32_t SpectrumRows::last_epoch(int row) const {
    return epochs_.at(static_cast<std::size_t>(row)).last;
}

void SpectrumRows::merge_to(int stride) {
    while (stride_ < stride) {
        merge_neighbours();
    }
}

void SpectrumRows::merge_neighbours() {
    const auto width = static_cast<std::size_t>(frequencies_);
    const std::size_t half = (epochs_.size() + 1) / 2;
    for (std::size_t to = 0; to < half; ++to) {
        // An odd last row has no partner and stays as it is.
        const std::size_t partner = std::min(2 * to + 1, epochs_.size() - 1);
        const Epochs one = epochs_[2 * to];
        const Epochs two = epochs_[partner];
        epochs_[to] = {one.first, two.last,
                       partner == 2 * to ? one.records : one.records + two.records};
        for (std::size_t k = 0; k < width; ++k) {
            values_[to * width + k] =
                std::max(values_[2 * to * width + k], values_[partner * width + k]);
        }
    }
    epochs_.resize(half);
    values_.resize(half * width);
    stride_ *= 2;
    ++merges_;
}

int stride_for(std::size_t records, int capacity) {
    int stride = 1;
    while (static_cast<std::size_t>(stride) * static_cast<std::size_t>(capacity) < records) {
        stride *= 2;
    }
    return stride;
}

int slots_for(int rows, int capacity) {
    int slots = 32;
    for (bool half_step = true; slots < rows; half_step = !half_step) {
        slots = half_step ? slots / 2 * 3 : slots / 3 * 4; // 32, 48, 64, 96, 128 ...
    }
    return std::min(slots, capacity);
}

std::int32_t ruler_interval(double epochs) {
    if (epochs >= 3000 && epochs <= 30000) {
        return 1000;
    }
    constexpr std::int32_t kLongest = 1'000'000'000; // the next would not fit
    std::int32_t interval = 10;
    for (int step = 0; epochs > 10.0 * interval && interval < kLongest; ++step) {
        interval = step % 3 == 1 ? interval / 2 * 5 : interval * 2; // 10, 20, 50, 100, 200 ...
    }
    return interval;
}

int named_rulers(float apart, float least) {
    int every = 1;
    for (int step = 0; static_cast<float>(every) * apart < least && every < 1'000'000; ++step) {
        every = step % 3 == 1 ? every / 2 * 5 : every * 2; // 1, 2, 5, 10 ...
    }
    return every;
}

std::int32_t named_interval(std::int32_t ruler, float apart, float least) {
    const std::int64_t named = std::int64_t{ruler} * named_rulers(apart, least);
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(named, std::numeric_limits<std::int32_t>::max()));
}

float round_up(float value) {
    if (!(value > 0) || !std::isfinite(value)) {
        return 1;
    }
    const float unit = std::pow(10.0F, std::floor(std::log10(value)));
    constexpr std::array<float, 10> kSteps{1, 1.2F, 1.5F, 2, 2.5F, 3, 4, 5, 6, 8};
    for (const float step : kSteps) {
        if (step * unit >= value * 0.99999F) {
            return step * unit;
        }
    }
    return 10 * unit;
}

} // namespace grokscope::ui
