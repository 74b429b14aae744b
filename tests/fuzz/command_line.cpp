// Target: the command line; arguments end at line feeds. Arguments that would open a file are left
// out: what a file may hold is the business of its own target.
#include "app/options/options.h"
#include "tests/fuzz/target.h"

#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    std::vector<std::string> arguments(1);
    for (const char letter : fuzz::text_of(data, size)) {
        if (letter == '\n') {
            arguments.emplace_back();
        } else if (letter != '\0') { // no argument holds one
            arguments.back() += letter;
        }
    }
    for (const std::string& argument : arguments) {
        if (argument.find("conf") != std::string::npos) {
            return 0;
        }
    }
    try {
        (void)parse_command_line(arguments);
    } catch (const UsageError&) {
    }
    return 0;
}
