// A discrete Fourier transform over the plane of pairs (u, v), both ways, with FFTW behind it.
// Threads: constructor and destructor any thread, one transform is used by one thread at a time.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace grokscope {

/// Transforms of complex [m, m] arrays, omega = exp(2 pi i/m). Neither is divided by anything.
class PlaneTransform {
public:
    /// Blocks while another plan is made anywhere. Throws std::invalid_argument unless order >= 1.
    explicit PlaneTransform(int order);

    /// f(u, v) = sum over k, l of W_kl omega^(ku + lv), from [k, l] to [u, v].
    void values_of(std::span<const std::complex<float>> weights,
                   std::span<std::complex<float>> values) const;
    /// G_kl = sum over u, v of r(u, v) omega^-(ku + lv): the conjugate of the above.
    void weights_of(std::span<const std::complex<float>> values,
                    std::span<std::complex<float>> weights) const;

private:
    struct Destroy {
        void operator()(void* plan) const;
    };
    using Plan = std::unique_ptr<void, Destroy>; // fftwf_plan, which is a pointer
    [[nodiscard]] Plan plan(int sign) const;
    void execute(const Plan& plan, std::span<const std::complex<float>> in,
                 std::span<std::complex<float>> out) const;

    int order_;
    Plan to_values_;
    Plan to_weights_;
};

} // namespace grokscope
