#include "engine/theory/singular_feature_machine.h"

#include "engine/task/mersenne_twister.h"
#include "engine/theory/laws.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <stdexcept>

namespace grokscope {

namespace {

/// Keeps the target's chance apart from that of the split.
constexpr std::uint32_t kTargetSeed = 7919;

std::size_t square(int order) {
    return static_cast<std::size_t>(order) * static_cast<std::size_t>(order);
}

const SfmSettings& checked(const SfmSettings& settings) {
    if (const auto mistakes = settings.mistakes(); !mistakes.empty()) {
        throw std::invalid_argument(mistakes.front());
    }
    return settings;
}

std::complex<float> drawn_phase(PythonRandom& random) {
    const double turn = static_cast<double>(random.next32()) / 4294967296.0;
    return std::complex<float>(std::polar(1.0, 2 * std::numbers::pi * turn));
}

} // namespace

SingularFeatureMachine::SingularFeatureMachine(const SfmSettings& settings)
    : settings_(checked(settings)), order_(settings.order()),
      gate_(static_cast<float>(sfm_gate(settings.beta, settings.pairs))),
      rule_features_(sfm_rule_features(settings.target, order_)), transform_(order_) {
    const std::size_t cells = square(order_);
    target_.resize(cells);
    weights_.resize(cells);
    gradient_.resize(cells);
    values_.resize(cells);
    trains_.assign(cells, 0);
    // The first n of the shuffled pairs, as a run has it (science.md 1.1).
    std::vector<std::uint32_t> pairs(cells);
    std::iota(pairs.begin(), pairs.end(), 0U);
    PythonRandom(settings.seed).shuffle(std::span(pairs));
    for (int i = 0; i < settings.pairs; ++i) {
        trains_[pairs[static_cast<std::size_t>(i)]] = 1;
    }
    draw_target();
    residual_.resize(cells);
    for (std::size_t i = 0; i < cells; ++i) {
        residual_[i] = trains_[i] != 0 ? target_[i] : 0;
    }
}

void SingularFeatureMachine::draw_target() {
    const auto m = static_cast<std::size_t>(order_);
    PythonRandom random(settings_.seed + kTargetSeed);
    if (settings_.target == SfmTarget::kRandom) {
        std::ranges::generate(target_, [&] { return drawn_phase(random); });
        brightest_ = 3 / static_cast<float>(order_); // of m^2 weights of size 1/m the largest
        return;
    }
    std::vector<std::complex<float>> of_answer(m);
    if (settings_.target == SfmTarget::kFlat) {
        // On the diagonal of a plane of weights its transform, along u = v = 0, is the function.
        std::vector<std::complex<double>> phases;
        for (std::size_t k = 0; k < m; ++k) {
            phases.emplace_back(drawn_phase(random));
        }
        for (std::size_t s = 0; s < m; ++s) {
            std::complex<double> sum = 0;
            for (std::size_t k = 0; k < m; ++k) {
                const double turn = static_cast<double>(k * s % m) / static_cast<double>(m);
                sum += phases[k] * std::polar(1.0, 2 * std::numbers::pi * turn);
            }
            of_answer[s] = std::complex<float>(sum / std::sqrt(static_cast<double>(m)));
        }
        brightest_ = 1 / std::sqrt(static_cast<float>(order_));
    } else {
        const double deviation = std::sqrt((order_ * static_cast<double>(order_) - 1) / 12);
        for (std::size_t s = 0; s < m; ++s) {
            of_answer[s] =
                static_cast<float>((static_cast<double>(s) - (order_ - 1) / 2.0) / deviation);
        }
        brightest_ = static_cast<float>(1 / (2 * std::sin(std::numbers::pi / order_) * deviation));
    }
    const bool inverts = spec_of(settings_.operation).inverts_second;
    for (std::size_t u = 0; u < m; ++u) {
        for (std::size_t v = 0; v < m; ++v) {
            target_[u * m + v] = of_answer[(inverts ? u + m - v : u + v) % m];
        }
    }
}

bool SingularFeatureMachine::on_rule(int k, int l) const {
    const bool inverts = spec_of(settings_.operation).inverts_second;
    const bool on_line = l == (inverts ? (order_ - k) % order_ : k);
    return on_line && (settings_.target == SfmTarget::kFlat ||
                       (settings_.target == SfmTarget::kLabels && k > 0)); // their mean is 0
}

const SfmIteration& SingularFeatureMachine::iterate() {
    transform_.weights_of(residual_, gradient_);
    const auto rate = static_cast<float>(settings_.step / static_cast<double>(square(order_)));
    last_.support = 0;
    last_.on_rule = 0;
    std::size_t cell = 0;
    for (int k = 0; k < order_; ++k) {
        for (int l = 0; l < order_; ++l, ++cell) {
            const std::complex<float> moved = weights_[cell] + rate * gradient_[cell];
            const bool passes = std::abs(moved) > gate_;
            weights_[cell] = passes ? moved : 0;
            last_.support += passes ? 1 : 0;
            last_.on_rule += passes && on_rule(k, l) ? 1 : 0;
        }
    }
    ++last_.iteration;
    note_errors();
    return last_;
}

void SingularFeatureMachine::note_errors() {
    transform_.values_of(weights_, values_);
    double train = 0;
    double test = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const std::complex<float> rest = target_[i] - values_[i];
        (trains_[i] != 0 ? train : test) += static_cast<double>(std::norm(rest));
        residual_[i] = trains_[i] != 0 ? rest : 0;
    }
    const auto shown = static_cast<double>(settings_.pairs);
    last_.train_error = train / shown;
    last_.test_error = test / (static_cast<double>(values_.size()) - shown);
}

void SingularFeatureMachine::append_shades(std::vector<std::uint8_t>& shades) const {
    for (const std::complex<float>& weight : weights_) {
        const float size = std::abs(weight);
        const float share = std::min(std::sqrt(size / brightest_), 1.0F);
        shades.push_back(size > 0 ? static_cast<std::uint8_t>(1 + std::lround(254 * share)) : 0);
    }
}

} // namespace grokscope
