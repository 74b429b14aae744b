#include "engine/store/table_file.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/text_file.h"

#include <filesystem>

namespace grokscope {

OperationTable load_table(const std::string& file) {
    std::string text;
    try {
        text = read_text_file(file, OperationTable::kLongestText, "a CSV file");
    } catch (const std::runtime_error& error) {
        throw TableFileError(shown_line(file) + ": " + error.what());
    }
    std::string mistake;
    OperationTable table =
        OperationTable::parse(text, std::filesystem::path(file).stem().string(), mistake);
    if (!mistake.empty()) {
        throw TableFileError(shown_line(file) + (mistake.starts_with("line ") ? ", " : ": ") +
                             mistake);
    }
    return table;
}

} // namespace grokscope
