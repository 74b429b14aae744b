// The singular feature machine (2603.29262, science.md 6.3): least squares over the characters of
// the group's pairs, with a gate behind every step that sets small weights to 0.
// Threads: one object, one thread.
#pragma once

#include "engine/analysis/plane_transform.h"
#include "engine/protocol/theory.h"

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// Input (u, v), indices in the group, becomes x_kl = omega^(ku + lv), omega = exp(2 pi i/m); the
/// machine answers f = sum of W_kl x_kl, W complex m x m, at first 0. One iteration is
/// W~ = W + eta/n sum over training pairs of (y - f) conj(x), then W = W~ where |W~| > tau, else 0.
/// Equal settings give equal bits on one machine.
class SingularFeatureMachine {
public:
    /// Throws std::invalid_argument with the first of the settings' mistakes.
    explicit SingularFeatureMachine(const SfmSettings& settings);

    /// Iterates once more. Two transforms of the plane and a few passes over it.
    const SfmIteration& iterate();

    /// m.
    [[nodiscard]] int order() const { return order_; }
    /// As sfm_rule_features().
    [[nodiscard]] int rule_features() const { return rule_features_; }
    /// Whether W_kl is one with which a function of the answer is written: l = k for + and *, l =
    /// -k for - and /, modulo m; nowhere for a target without a rule.
    [[nodiscard]] bool on_rule(int k, int l) const;
    /// [m, m], row k.
    [[nodiscard]] std::span<const std::complex<float>> weights() const { return weights_; }
    /// y of each pair, [m, m], row u.
    [[nodiscard]] std::span<const std::complex<float>> target() const { return target_; }
    /// 1 where the pair trains, [m, m].
    [[nodiscard]] std::span<const std::uint8_t> trains() const { return trains_; }
    /// Adds the picture of the present weights to `shades`, as SfmAnswer has it.
    void append_shades(std::vector<std::uint8_t>& shades) const;

private:
    void draw_target();
    void note_errors();

    SfmSettings settings_;
    int order_;
    float gate_;
    int rule_features_;
    float brightest_ = 1; ///< a weight of full brightness
    PlaneTransform transform_;
    std::vector<std::complex<float>> target_;
    std::vector<std::uint8_t> trains_;
    std::vector<std::complex<float>> weights_;
    std::vector<std::complex<float>> gradient_;
    std::vector<std::complex<float>> residual_; ///< y - f where a pair trains, else 0
    std::vector<std::complex<float>> values_;   ///< f
    SfmIteration last_;
};

} // namespace grokscope
