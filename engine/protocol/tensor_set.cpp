#include "engine/protocol/tensor_set.h"

#include "engine/protocol/records.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace grokscope {

static_assert(TensorSet::kNames == kProgressTensors, "the tensors in storage order");

TensorSet TensorSet::parse(std::string_view text, std::string& mistake) {
    TensorSet set;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const auto* const name = std::ranges::find(kNames, text.substr(begin, end - begin));
        if (name == kNames.end()) {
            std::string names;
            for (const std::string_view one : kNames) {
                names += (names.empty() ? "" : ", ") + std::string(one);
            }
            mistake = "must be tensors of " + names + " with commas between them, as W_E,W_U, " +
                      "got \"" + std::string(text) + "\"";
            return {};
        }
        set.bits_ |= 1U << static_cast<unsigned>(name - kNames.begin());
        begin = end + 1;
    }
    return set;
}

bool TensorSet::contains(std::string_view name) const {
    const auto* const found = std::ranges::find(kNames, name);
    return found != kNames.end() && (bits_ >> static_cast<unsigned>(found - kNames.begin()) & 1U);
}

void TensorSet::set(std::string_view name, bool in) {
    const auto* const found = std::ranges::find(kNames, name);
    if (found == kNames.end()) {
        throw std::invalid_argument("no tensor is called " + std::string(name));
    }
    const std::uint32_t bit = 1U << static_cast<unsigned>(found - kNames.begin());
    bits_ = in ? bits_ | bit : bits_ & ~bit;
}

std::string TensorSet::text() const {
    std::string text;
    for (const std::string_view name : kNames) {
        if (contains(name)) {
            text += (text.empty() ? "" : ",") + std::string(name);
        }
    }
    return text;
}

} // namespace grokscope
