#include "engine/protocol/group_index.h"

#include <numeric>

namespace grokscope {

namespace {

/// g^0, g^1, ... until 1 comes again.
std::vector<int> powers_of(int g, int p) {
    std::vector<int> powers{1 % p};
    for (int power = g % p; power != 1 && power != 0 && static_cast<int>(powers.size()) < p;
         power = power * g % p) {
        powers.push_back(power);
    }
    return powers;
}

} // namespace

GroupIndex::GroupIndex(Operation operation, int p)
    : logs_(static_cast<std::size_t>(p), -1), inverts_second_(spec_of(operation).inverts_second) {
    if (spec_of(operation).group == GroupKind::kAdditive) {
        elements_.resize(static_cast<std::size_t>(p));
        std::iota(elements_.begin(), elements_.end(), 0);
        generator_ = 1;
        is_identity_ = true;
    } else if (group_order(operation, p) > 0) {
        do {
            elements_ = powers_of(++generator_, p);
        } while (order() != p - 1);
    }
    for (int i = 0; i < order(); ++i) {
        logs_[static_cast<std::size_t>(element(i))] = i;
    }
}

std::vector<float> rows_by_index(std::span<const float> rows, std::size_t width,
                                 const GroupIndex& group) {
    std::vector<float> ordered;
    ordered.reserve(static_cast<std::size_t>(group.order()) * width);
    for (const int number : group.elements()) {
        const auto row = rows.subspan(static_cast<std::size_t>(number) * width, width);
        ordered.insert(ordered.end(), row.begin(), row.end());
    }
    return ordered;
}

} // namespace grokscope
