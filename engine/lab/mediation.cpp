// Which attention heads carry the answer, by exchanging what they say between two inputs:
// science.md 6.1.
#include "engine/analysis/causal_mediation.h"
#include "engine/lab/instruments.h"

#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr std::size_t kCases = 256;

class MediationInstrument final : public Instrument {
public:
    explicit MediationInstrument(const Bench& bench)
        : seed_(seed_of(bench.config, 0, "mediation")),
          context_(ModelShape::of(bench.config).context),
          cases_(draw_cases(all_pairs(bench.config.arithmetic()), kCases, seed_)),
          meter_(ModelShape::of(bench.config), bench.pool) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        if (cases_.empty()) {
            return missing_figures("mediation");
        }
        Mediation read = meter_.measure(subject.weights, cases_, seed_);
        const std::vector<double> none{std::numeric_limits<double>::quiet_NaN()};
        const double spread = spread_of(read.last.mean);
        return {{"cms_spread", {spread}},
                {"cms_total", {read.total}},
                {"cms", std::move(read.last.mean)},
                {"cms_error", std::move(read.last.error)},
                {"cms_everywhere", std::move(read.everywhere)},
                {"cms_a", std::move(read.at.front())},
                {"cms_operation", context_ == 4 ? std::move(read.at[1]) : none},
                {"cms_b", std::move(read.at.back())},
                {"cms_other_head", read.other_head.empty() ? none : std::move(read.other_head)},
                {"cms_stranger", std::move(read.stranger)}};
    }

private:
    std::uint32_t seed_;
    int context_;
    std::vector<MediationCase> cases_;
    MediationMeter meter_;
};

} // namespace

std::unique_ptr<Instrument> make_mediation(const Bench& bench) {
    return std::make_unique<MediationInstrument>(bench);
}

} // namespace grokscope
