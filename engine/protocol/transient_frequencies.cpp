#include "engine/protocol/transient_frequencies.h"

#include <algorithm>
#include <map>

namespace grokscope {

std::vector<TransientFrequency> transient_frequencies(std::span<const ProgressRow> rows) {
    struct Seen {
        TransientFrequency found;
        std::size_t last_row = 0;
        bool lasted = false; // two rows in a row
    };
    std::map<int, Seen> seen;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (const int k : rows[row].key_frequencies) {
            const auto [place, is_new] =
                seen.try_emplace(k, Seen{{k, rows[row].epoch, rows[row].epoch}, row});
            Seen& of_k = place->second;
            of_k.lasted = of_k.lasted || (!is_new && of_k.last_row + 1 == row);
            of_k.last_row = row;
            of_k.found.last_epoch = rows[row].epoch;
        }
    }
    std::vector<TransientFrequency> lost;
    for (const auto& [k, of_k] : seen) {
        if (of_k.lasted && of_k.last_row + 1 < rows.size()) {
            lost.push_back(of_k.found);
        }
    }
    std::ranges::stable_sort(lost, {}, &TransientFrequency::first_epoch);
    return lost;
}

} // namespace grokscope
