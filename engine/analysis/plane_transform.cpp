#include "engine/analysis/plane_transform.h"

#include "engine/analysis/fftw_planner.h"

#include <fftw3.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

PlaneTransform::PlaneTransform(int order) : order_(order) {
    if (order < 1) {
        throw std::invalid_argument("a transform of the plane needs an order of 1 or more, got " +
                                    std::to_string(order));
    }
    to_values_ = plan(FFTW_BACKWARD);
    to_weights_ = plan(FFTW_FORWARD);
}

PlaneTransform::Plan PlaneTransform::plan(int sign) const {
    // FFTW_ESTIMATE leaves the arrays alone, but wants some to look at.
    const auto cells = static_cast<std::size_t>(order_) * static_cast<std::size_t>(order_);
    std::vector<std::complex<float>> in(cells);
    std::vector<std::complex<float>> out(cells);
    const std::scoped_lock lock(fftw_planner_mutex());
    Plan made(fftwf_plan_dft_2d(order_, order_, reinterpret_cast<fftwf_complex*>(in.data()),
                                reinterpret_cast<fftwf_complex*>(out.data()), sign,
                                FFTW_ESTIMATE | FFTW_PRESERVE_INPUT | FFTW_UNALIGNED));
    if (!made) {
        throw std::runtime_error("FFTW cannot plan a transform of the plane of order " +
                                 std::to_string(order_));
    }
    return made;
}

void PlaneTransform::Destroy::operator()(void* plan) const {
    const std::scoped_lock lock(fftw_planner_mutex());
    fftwf_destroy_plan(static_cast<fftwf_plan>(plan));
}

void PlaneTransform::execute(const Plan& plan, std::span<const std::complex<float>> in,
                             std::span<std::complex<float>> out) const {
    const auto cells = static_cast<std::size_t>(order_) * static_cast<std::size_t>(order_);
    if (in.size() != cells || out.size() != cells) {
        throw std::invalid_argument("a transform of " + std::to_string(cells) + " pairs got " +
                                    std::to_string(in.size()) + " and " +
                                    std::to_string(out.size()) + " values");
    }
    // The interface is not const, but FFTW_PRESERVE_INPUT promises not to write.
    auto* const from = const_cast<std::complex<float>*>(in.data());
    fftwf_execute_dft(static_cast<fftwf_plan>(plan.get()), reinterpret_cast<fftwf_complex*>(from),
                      reinterpret_cast<fftwf_complex*>(out.data()));
}

void PlaneTransform::values_of(std::span<const std::complex<float>> weights,
                               std::span<std::complex<float>> values) const {
    execute(to_values_, weights, values);
}

void PlaneTransform::weights_of(std::span<const std::complex<float>> values,
                                std::span<std::complex<float>> weights) const {
    execute(to_weights_, values, weights);
}

} // namespace grokscope
