// Target: tables of operations in CSV.
#include "engine/protocol/operation_table.h"
#include "tests/fuzz/target.h"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    std::string mistake;
    const OperationTable table = OperationTable::parse(fuzz::text_of(data, size), "input", mistake);
    if (table.empty() == mistake.empty()) {
        std::abort(); // either a table or what is wrong
    }
    std::string again;
    if (OperationTable::parse(table.text(), "", again) != table && !table.empty()) {
        std::abort(); // whatever is accepted must be kept
    }
    return 0;
}
