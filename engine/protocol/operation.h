// The operations that a model can be asked to learn: what each answers, where it is defined, and
// the words for it. An operation is added here; nothing else knows how any of them computes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace grokscope {

/// The arithmetic to learn, on the numbers 0..p-1, modulo p, or a table of answers
/// (operation_table.h).
enum class Operation : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kTable };

namespace operation_detail {

/// The number whose product with b is 1 modulo p, by Euclid's algorithm; 0 where there is none.
constexpr int inverse(int b, int p) {
    int rest = p;
    int next = b;
    int factor = 0; // of b in `rest`, modulo p
    int next_factor = 1;
    while (next != 0) {
        const int times = rest / next;
        rest = std::exchange(next, rest - times * next);
        factor = std::exchange(next_factor, factor - times * next_factor);
    }
    return rest == 1 ? (factor % p + p) % p : 0;
}

inline constexpr std::string_view kNoPrime =
    "products modulo a number that is not prime have no frequencies";

constexpr bool everywhere(int, int, int) {
    return true;
}
constexpr bool nowhere(int, int, int) {
    return false;
}

} // namespace operation_detail

/// The group whose characters are the waves of an operation.
enum class GroupKind : std::uint8_t {
    kAdditive,       ///< 0..p-1 under addition, order p
    kMultiplicative, ///< 1..p-1 under multiplication, p prime, order p - 1
    kNone            ///< none: there are no waves
};

/// One operation: all that is particular to it.
struct OperationSpec {
    Operation operation;
    std::string_view name;   ///< in files and options
    std::string_view symbol; ///< between a and b in a terminal
    std::string_view sign;   ///< the same in the window, UTF-8
    std::string_view noun;   ///< what is asked for: "sum"
    std::string_view nouns;
    std::string_view verb; ///< "add"
    std::string_view gerund;
    std::string_view study; ///< what is learnt: "addition"
    GroupKind group;
    /// Why a run of it has no frequencies, where it has none; empty: each has some.
    std::string_view no_waves;
    /// The answer is a combined with the inverse of b in the group.
    bool inverts_second;
    /// The answer, 0..p-1, of a and b in 0..p-1 where it is defined. A table's is not known here:
    /// Arithmetic has it.
    int (*answer)(int a, int b, int p);
    bool (*defined)(int a, int b, int p);
};

/// All of them, in the order of the enumeration.
inline constexpr std::array kOperations{
    OperationSpec{.operation = Operation::kAdd,
                  .name = "add",
                  .symbol = "+",
                  .sign = "+",
                  .noun = "sum",
                  .nouns = "sums",
                  .verb = "add",
                  .gerund = "adding",
                  .study = "addition",
                  .group = GroupKind::kAdditive,
                  .no_waves = "",
                  .inverts_second = false,
                  .answer = [](int a, int b, int p) { return (a + b) % p; },
                  .defined = operation_detail::everywhere},
    OperationSpec{.operation = Operation::kSubtract,
                  .name = "sub",
                  .symbol = "-",
                  .sign = "\xE2\x88\x92",
                  .noun = "difference",
                  .nouns = "differences",
                  .verb = "subtract",
                  .gerund = "subtracting",
                  .study = "subtraction",
                  .group = GroupKind::kAdditive,
                  .no_waves = "",
                  .inverts_second = true,
                  .answer = [](int a, int b, int p) { return (a - b + p) % p; },
                  .defined = operation_detail::everywhere},
    OperationSpec{.operation = Operation::kMultiply,
                  .name = "mul",
                  .symbol = "*",
                  .sign = "\xC3\x97",
                  .noun = "product",
                  .nouns = "products",
                  .verb = "multiply",
                  .gerund = "multiplying",
                  .study = "multiplication",
                  .group = GroupKind::kMultiplicative,
                  .no_waves = operation_detail::kNoPrime,
                  .inverts_second = false,
                  .answer = [](int a, int b, int p) { return a * b % p; },
                  .defined = operation_detail::everywhere},
    OperationSpec{
        .operation = Operation::kDivide,
        .name = "div",
        .symbol = "/",
        .sign = "\xC3\xB7",
        .noun = "quotient",
        .nouns = "quotients",
        .verb = "divide",
        .gerund = "dividing",
        .study = "division",
        .group = GroupKind::kMultiplicative,
        .no_waves = operation_detail::kNoPrime,
        .inverts_second = true,
        .answer = [](int a, int b, int p) { return a * operation_detail::inverse(b, p) % p; },
        .defined = [](int, int b, int p) { return std::gcd(b, p) == 1; }},
    OperationSpec{.operation = Operation::kTable,
                  .name = "table",
                  .symbol = "*",
                  .sign = "*",
                  .noun = "entry",
                  .nouns = "entries",
                  .verb = "answer by the table",
                  .gerund = "answering by the table",
                  .study = "a table",
                  .group = GroupKind::kNone,
                  .no_waves = "a table names no group, so it has no frequencies",
                  .inverts_second = false,
                  .answer = [](int, int, int) { return 0; },
                  .defined = operation_detail::nowhere},
};

/// The row of an operation. Throws std::invalid_argument for a value that is none.
[[nodiscard]] constexpr const OperationSpec& spec_of(Operation operation) {
    const auto index = static_cast<std::size_t>(operation);
    if (index >= kOperations.size()) {
        throw std::invalid_argument("this is no operation of this version");
    }
    return kOperations[index];
}

[[nodiscard]] constexpr std::string_view name_of(Operation operation) {
    return spec_of(operation).name;
}

/// Their names, in order.
inline constexpr auto kOperationNames = [] {
    std::array<std::string_view, kOperations.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = kOperations[i].name;
    }
    return names;
}();

[[nodiscard]] constexpr bool is_prime(int p) {
    for (int divisor = 2; divisor * divisor <= p; ++divisor) {
        if (p % divisor == 0) {
            return false;
        }
    }
    return p >= 2;
}

/// Elements of the group in whose index the operation is an addition (GroupIndex); its frequencies
/// are 1..order/2. 0 where there is none: products modulo a p that is not prime, and tables.
[[nodiscard]] constexpr int group_order(Operation operation, int p) {
    switch (spec_of(operation).group) {
    case GroupKind::kAdditive:
        return p;
    case GroupKind::kMultiplicative:
        return is_prime(p) ? p - 1 : 0;
    case GroupKind::kNone:
        break;
    }
    return 0;
}

} // namespace grokscope
