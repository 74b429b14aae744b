// A discrete Fourier transform of many real signals at once, with FFTW behind it.
// Threads: constructor and destructor any thread, one plan is used by one thread at a time.
#pragma once

#include <complex>
#include <memory>
#include <span>

namespace grokscope {

/// Where a batch of real signals lies in memory: signal i starts at i * distance and its values
/// follow one another.
struct SignalBatch {
    int length = 0;   ///< values per signal, any number >= 1, primes included
    int count = 0;    ///< signals
    int distance = 0; ///< values from one signal's start to the next, >= length
};

/// Plan of a forward real-to-complex DFT, X_k = sum_x y(x) exp(-2 pi i k x / length).
class DftPlan {
public:
    /// Blocks while another plan is made anywhere: FFTW's planner is one for the whole process.
    /// Throws std::invalid_argument on sizes below 1 or overlapping signals.
    explicit DftPlan(const SignalBatch& batch);

    /// Coefficients of one signal that are stored: k = 0..length/2; the others are conjugates.
    [[nodiscard]] std::size_t coefficients() const {
        return static_cast<std::size_t>(batch_.length) / 2 + 1;
    }
    /// Transforms in into out, [count, coefficients()]. `in` is left unchanged and holds
    /// (count - 1) * distance + length values or more. Throws std::invalid_argument when a span is
    /// too short.
    void execute(std::span<const float> in, std::span<std::complex<float>> out) const;

    [[nodiscard]] const SignalBatch& batch() const { return batch_; }

private:
    struct Destroy {
        void operator()(void* plan) const;
    };
    SignalBatch batch_;
    std::unique_ptr<void, Destroy> plan_; // fftwf_plan, which is a pointer
};

} // namespace grokscope
