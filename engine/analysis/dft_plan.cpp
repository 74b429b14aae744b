#include "engine/analysis/dft_plan.h"

#include "engine/analysis/fftw_planner.h"

#include <fftw3.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

std::size_t input_values(const SignalBatch& batch) {
    return static_cast<std::size_t>(batch.count - 1) * static_cast<std::size_t>(batch.distance) +
           static_cast<std::size_t>(batch.length);
}

} // namespace

DftPlan::DftPlan(const SignalBatch& batch) : batch_(batch) {
    if (batch.length < 1 || batch.count < 1 || batch.distance < batch.length) {
        throw std::invalid_argument(
            "a DFT needs length >= 1, count >= 1 and distance >= length, got length " +
            std::to_string(batch.length) + ", count " + std::to_string(batch.count) +
            ", distance " + std::to_string(batch.distance));
    }
    // FFTW_ESTIMATE leaves the arrays alone, but wants some to look at.
    std::vector<float> in(input_values(batch));
    std::vector<std::complex<float>> out(static_cast<std::size_t>(batch.count) * coefficients());
    const std::scoped_lock lock(fftw_planner_mutex());
    plan_.reset(fftwf_plan_many_dft_r2c(
        1, &batch_.length, batch_.count, in.data(), nullptr, 1, batch_.distance,
        reinterpret_cast<fftwf_complex*>(out.data()), nullptr, 1, static_cast<int>(coefficients()),
        FFTW_ESTIMATE | FFTW_PRESERVE_INPUT | FFTW_UNALIGNED));
    if (!plan_) {
        throw std::runtime_error("FFTW cannot plan a DFT of length " +
                                 std::to_string(batch.length));
    }
}

void DftPlan::Destroy::operator()(void* plan) const {
    const std::scoped_lock lock(fftw_planner_mutex());
    fftwf_destroy_plan(static_cast<fftwf_plan>(plan));
}

void DftPlan::execute(std::span<const float> in, std::span<std::complex<float>> out) const {
    if (in.size() < input_values(batch_) ||
        out.size() < static_cast<std::size_t>(batch_.count) * coefficients()) {
        throw std::invalid_argument("a DFT of " + std::to_string(batch_.count) + " signals got " +
                                    std::to_string(in.size()) + " values for " +
                                    std::to_string(out.size()) + " coefficients: too few");
    }
    // The interface is not const, but FFTW_PRESERVE_INPUT promises not to write.
    fftwf_execute_dft_r2c(static_cast<fftwf_plan>(plan_.get()), const_cast<float*>(in.data()),
                          reinterpret_cast<fftwf_complex*>(out.data()));
}

} // namespace grokscope
