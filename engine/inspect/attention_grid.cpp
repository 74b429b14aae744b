#include "engine/inspect/attention_grid.h"

#include <algorithm>
#include <cstddef>

namespace grokscope {

std::vector<float> attention_grid(SitedForward& forward, const ModelShape& shape,
                                  std::span<const Pair> pairs, std::span<const Patch> patches,
                                  int layer) {
    const auto heads = static_cast<std::size_t>(shape.heads);
    const auto positions = static_cast<std::size_t>(shape.context);
    std::vector<float> by_pair(pairs.size() * heads * positions);
    const Tap tap{{Site::kAttnPattern, layer}, Positions::last(shape), by_pair};
    forward.run(pairs, patches, {&tap, 1}, {});
    std::vector<float> by_head(by_pair.size());
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
        for (std::size_t head = 0; head < heads; ++head) {
            std::copy_n(&by_pair[(pair * heads + head) * positions], positions,
                        &by_head[(head * pairs.size() + pair) * positions]);
        }
    }
    return by_head;
}

} // namespace grokscope
