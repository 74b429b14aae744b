#include "engine/lab/instruments.h"
#include "engine/protocol/instrument.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

struct Maker {
    std::string_view id;
    std::unique_ptr<Instrument> (*make)(const Bench&);
};

constexpr std::array kMakers{Maker{"ildr", make_ildr},
                             Maker{"commutator", make_commutator},
                             Maker{"spectrum2d", make_spectrum2d},
                             Maker{"ring", make_ring},
                             Maker{"zero", make_zero},
                             Maker{"collapse", make_collapse},
                             Maker{"complexity", make_complexity},
                             Maker{"features", make_features},
                             Maker{"mediation", make_mediation},
                             Maker{"skip", make_skip},
                             Maker{"curvature", make_curvature},
                             Maker{"llc", make_llc}};

} // namespace

std::unique_ptr<Instrument> make_instrument(std::string_view id, const Bench& bench) {
    const auto maker = std::ranges::find(kMakers, id, &Maker::id);
    if (maker == kMakers.end()) {
        throw std::invalid_argument("there is no instrument \"" + std::string(id) + "\"");
    }
    return maker->make(bench);
}

std::vector<FigureValues> missing_figures(std::string_view instrument) {
    std::vector<FigureValues> missing;
    for (const FigureSpec& figure : find_instrument(instrument)->figures) {
        missing.push_back({figure.id, {std::numeric_limits<double>::quiet_NaN()}});
    }
    return missing;
}

std::uint32_t seed_of(const RunConfig& config, std::int32_t epoch, std::string_view instrument) {
    std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a, then a last mixing
    const auto take = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3ULL; };
    take(config.seed);
    take(static_cast<std::uint32_t>(epoch));
    for (const char letter : instrument) {
        take(static_cast<unsigned char>(letter));
    }
    return static_cast<std::uint32_t>((hash ^ (hash >> 29U)) * 0xbf58476d1ce4e5b9ULL >> 32U);
}

std::vector<std::size_t> drawn_rows(std::size_t rows, std::size_t most, const RunConfig& config,
                                    std::string_view instrument) {
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    PythonRandom(seed_of(config, 0, instrument)).shuffle(std::span(order));
    order.resize(std::min(rows, most));
    std::ranges::sort(order);
    return order;
}

} // namespace grokscope
