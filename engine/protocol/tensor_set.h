// A set of a model's tensors, as a setting has it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace grokscope {

/// Tensors by their names in the papers, each once.
class TensorSet {
public:
    /// Those there are, in storage order.
    static constexpr std::array<std::string_view, 11> kNames = {
        "W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"};

    /// From what text() writes, in any order. On a mistake the set is empty and `mistake` is one
    /// sentence without a subject: "must be ..., got ...".
    [[nodiscard]] static TensorSet parse(std::string_view text, std::string& mistake);

    [[nodiscard]] bool empty() const { return bits_ == 0; }
    /// False of a name that no tensor has.
    [[nodiscard]] bool contains(std::string_view name) const;
    /// Puts a tensor in or takes it out. Throws std::invalid_argument for a name that none has.
    void set(std::string_view name, bool in);
    [[nodiscard]] bool has_all() const { return bits_ == (1U << kNames.size()) - 1; }
    /// "W_E,W_U"; empty without any.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const TensorSet&, const TensorSet&) = default;

private:
    std::uint32_t bits_ = 0;
};

} // namespace grokscope
