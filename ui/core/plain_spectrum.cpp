#include "ui/core/plain_spectrum.h"

#include "engine/protocol/circle_projection.h"
#include "engine/protocol/frequencies.h"

#include <cmath>
#include <complex>
#include <cstddef>

namespace grokscope::ui {

std::vector<float> plain_amplitudes(std::span<const float> embedding, int p, int d_model) {
    const auto numbers = static_cast<std::size_t>(p);
    const auto width = static_cast<std::size_t>(d_model);
    if (p < 2 || d_model < 1 || embedding.size() != numbers * width) {
        return {};
    }
    std::vector<float> amplitudes;
    for (int k = 1; k <= largest_frequency(p); ++k) {
        std::vector<float> cosine(width);
        std::vector<float> sine(width);
        for (std::size_t x = 0; x < numbers; ++x) {
            const std::complex<float> turn(circle_detail::turn(k, x, numbers));
            const float* const row = &embedding[x * width];
            for (std::size_t i = 0; i < width; ++i) {
                cosine[i] += turn.real() * row[i];
                sine[i] += turn.imag() * row[i];
            }
        }
        double energy = 0;
        for (std::size_t i = 0; i < width; ++i) {
            energy += static_cast<double>(cosine[i]) * cosine[i];
            energy += static_cast<double>(sine[i]) * sine[i];
        }
        amplitudes.push_back(
            static_cast<float>(std::sqrt(frequency_dimensions(k, p) * energy / p)));
    }
    return amplitudes;
}

} // namespace grokscope::ui
