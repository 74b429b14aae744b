#include "engine/theory/laws.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace grokscope {

namespace {

constexpr int kPoints = 160;      ///< of the curves over n
constexpr int kHalvings = 200;    ///< until a double has no bit left to find
constexpr double kLeastPairs = 3; ///< ln n is positive, and tau falls

/// Features off the rule.
int features_off(const SfmSettings& settings) {
    const int order = settings.order();
    return order * order - sfm_rule_features(settings.target, order);
}

} // namespace

double sfm_gate(double beta, double n) {
    return std::sqrt(2 * beta * std::log(n) / n);
}

double sfm_expected_survivors(int off, int order, double step, double beta, double n) {
    const double all = static_cast<double>(order) * order;
    const double q = n / all;
    if (q >= 1) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double tau = sfm_gate(beta, n);
    return off * std::exp(-tau * tau * all / (step * step * q * (1 - q)));
}

std::optional<double> sfm_crossing(double a, double epsilon) {
    if (a <= 0 || epsilon / a > 1 / std::numbers::e) {
        return std::nullopt;
    }
    // n epsilon - a ln n has its least value at a/epsilon, not above 0, and rises from there.
    double low = a / epsilon;
    double high = 2 * low;
    const auto rule_costs_more = [&](double n) { return n * epsilon > a * std::log(n); };
    while (!rule_costs_more(high)) {
        high *= 2;
    }
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = low + (high - low) / 2;
        (rule_costs_more(middle) ? high : low) = middle;
    }
    return high;
}

SfmLaws sfm_laws(const SfmSettings& settings) {
    if (const auto mistakes = settings.mistakes(); !mistakes.empty()) {
        throw std::invalid_argument(mistakes.front());
    }
    const int order = settings.order();
    const double all = static_cast<double>(order) * order;
    const int off = features_off(settings);
    const double beta = settings.beta;
    // 2 lambda is the support: m of the rule, m^2 of the memory.
    const auto rule = [&](double n) { return n * settings.epsilon + beta * order * std::log(n); };
    const auto memory = [&](double n) { return beta * all * std::log(n); };
    SfmLaws laws;
    laws.tau = sfm_gate(beta, settings.pairs);
    laws.expected = sfm_expected_survivors(off, order, settings.step, beta, settings.pairs);
    const double unit_step = all / settings.pairs; // eta = 1 in units of n/m^2
    laws.expected_unit_step = sfm_expected_survivors(off, order, unit_step, beta, settings.pairs);
    laws.crossing = sfm_crossing(beta * (all - order), settings.epsilon);
    laws.rule_energy = rule(settings.pairs);
    laws.memory_energy = memory(settings.pairs);
    const double last = std::max(all, laws.crossing ? 1.5 * *laws.crossing : 0);
    for (int i = 0; i < kPoints; ++i) {
        const double n = kLeastPairs * std::pow(last / kLeastPairs, i / (kPoints - 1.0));
        laws.n.push_back(n);
        laws.tau_at.push_back(sfm_gate(beta, n));
        laws.expected_at.push_back(sfm_expected_survivors(off, order, settings.step, beta, n));
        laws.expected_unit_step_at.push_back(sfm_expected_survivors(off, order, all / n, beta, n));
        laws.rule_energy_at.push_back(rule(n));
        laws.memory_energy_at.push_back(memory(n));
    }
    return laws;
}

} // namespace grokscope
