// Writes a table of complexities to standard output: how assets/complexity/ was made (science.md
// 6.2). A target of its own, grokscope_ctm_table, that is built on request alone.
#include "engine/analysis/turmites.h"

#include <charconv>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

template <typename Number>
Number number(const char* what, std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument(std::string(what) + " must be a number, got \"" +
                                    std::string(text) + "\"");
    }
    return value;
}

} // namespace

int main(int argc, char** argv) {
    using namespace grokscope;
    try {
        if (argc != 5 && argc != 6) {
            std::cerr << "usage: grokscope_ctm_table STATES COLOURS CUTOFF all\n"
                         "       grokscope_ctm_table STATES COLOURS CUTOFF MACHINES SEED\n";
            return 2;
        }
        const TurmiteSpace space{.states = number<int>("STATES", argv[1]),
                                 .colours = number<int>("COLOURS", argv[2]),
                                 .cutoff = number<int>("CUTOFF", argv[3])};
        if (argc == 5) {
            if (std::string_view(argv[4]) != "all") {
                throw std::invalid_argument("machines that are drawn need a SEED behind them");
            }
            std::cout << ctm_table_text(run_all(space), "all");
        } else {
            const auto seed = number<std::uint32_t>("SEED", argv[5]);
            const auto machines = number<std::uint64_t>("MACHINES", argv[4]);
            std::cout << ctm_table_text(run_some(space, machines, seed),
                                        "drawn with seed " + std::to_string(seed));
        }
    } catch (const std::exception& error) {
        std::cerr << "grokscope_ctm_table: " << error.what() << '\n';
        return 2;
    }
}
