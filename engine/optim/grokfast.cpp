// Grokfast (2405.20233): adds to each gradient a multiple of its own slow part, a moving average of
// the gradients so far. Constants and order as the authors' code has them.
#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"
#include "engine/optim/rules.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

namespace {

/// The slow part is an exponential average: mu = .98 mu + .02 g, beginning with the first gradient,
/// and the rules behind this one see g + 2 mu.
class GrokfastEma final : public UpdateRule {
public:
    [[nodiscard]] std::vector<std::string> slots() const override { return {"grokfast_average"}; }

    void apply(const Update& update) override {
        constexpr auto kKeep = static_cast<float>(0.98);
        constexpr auto kTake = static_cast<float>(1 - 0.98);
        constexpr float kGain = 2;
        const bool first = update.number == 1;
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(update.gradients.flat().size(), slice);
            float* const g = update.gradients.flat().data() + begin;
            float* const average = update.slots[0].values.flat().data() + begin;
            for (std::size_t i = 0; i < count; ++i) {
                average[i] = kKeep * (first ? g[i] : average[i]) + kTake * g[i];
                g[i] += kGain * average[i];
            }
        });
    }
};

/// The slow part is the mean of the last kWindow gradients, the present one among them; the rules
/// behind this one see g + 5 times it, from the first full window on.
///
/// The sum of a window that slides costs nothing extra and rounds as if it were added up anew: at
/// the end of each lap of the ring the gradients in it become the sums from themselves to the end
/// of the lap, so that the window is one of those and the sum of the lap that is under way.
class GrokfastMean final : public UpdateRule {
public:
    [[nodiscard]] std::vector<std::string> slots() const override {
        std::vector<std::string> names = {"grokfast_lap"};
        for (std::size_t i = 0; i < kWindow; ++i) {
            names.push_back("grokfast_window_" + std::to_string(i));
        }
        return names;
    }

    void apply(const Update& update) override {
        const auto done = static_cast<std::size_t>(update.number - 1);
        const std::size_t place = done % kWindow;
        const bool full = done + 1 >= kWindow;
        const std::span<UpdateSlot> ring = update.slots.subspan(1);
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(update.gradients.flat().size(), slice);
            const auto part = [begin = begin](Parameters& values) {
                return values.flat().data() + begin;
            };
            float* const g = part(update.gradients);
            float* const lap = part(update.slots[0].values);
            float* const own = part(ring[place].values);
            const float* const rest =
                full && place + 1 < kWindow ? part(ring[place + 1].values) : nullptr;
            for (std::size_t i = 0; i < count; ++i) {
                own[i] = g[i];
                lap[i] += g[i];
                if (full) {
                    const float sum = rest == nullptr ? lap[i] : rest[i] + lap[i];
                    g[i] += kGain * (sum / static_cast<float>(kWindow));
                }
            }
            if (place + 1 == kWindow) {
                end_lap(ring, begin, count);
                std::fill_n(lap, count, 0.0F);
            }
        });
    }

private:
    static constexpr std::size_t kWindow = 100;
    static constexpr float kGain = 5;

    static void end_lap(std::span<UpdateSlot> ring, std::size_t begin, std::size_t count) {
        for (std::size_t place = kWindow - 1; place > 0; --place) {
            const float* const from = ring[place].values.flat().data() + begin;
            float* const to = ring[place - 1].values.flat().data() + begin;
            for (std::size_t i = 0; i < count; ++i) {
                to[i] += from[i];
            }
        }
    }
};

} // namespace

std::unique_ptr<UpdateRule> make_grokfast(const RunConfig& config, const Parameters&) {
    if (config.grokfast == Grokfast::kEma) {
        return std::make_unique<GrokfastEma>();
    }
    return std::make_unique<GrokfastMean>();
}

} // namespace grokscope
