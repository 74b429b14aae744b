#include "engine/protocol/operation_table.h"

#include "engine/protocol/shown_text.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNameless = "unnamed";

/// A name that is safe to show and fits between the quotes of TOML.
std::string clean_name(std::string_view text) {
    std::string name = shown_line(text);
    std::erase_if(name, [](char letter) { return letter == '"' || letter == '\\'; });
    while (name.starts_with('#') || name.starts_with(' ')) {
        name.erase(0, 1);
    }
    if (name.size() > kLongestName) {
        std::size_t end = kLongestName;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
            --end; // never inside of a character
        }
        name.resize(end);
    }
    while (name.ends_with(' ')) {
        name.pop_back();
    }
    return name.empty() ? std::string(kNameless) : name;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The beginning of a cell as a message quotes it.
std::string quoted(std::string_view cell) {
    constexpr std::size_t kLongestQuote = 20;
    std::string text = shown_line(cell.substr(0, kLongestQuote));
    return "\"" + text + (cell.size() > kLongestQuote ? "...\"" : "\"");
}

/// Takes a text apart, line by line, until the first mistake.
class TableReader {
public:
    explicit TableReader(std::string_view text) {
        if (text.size() > OperationTable::kLongestText) {
            mistake_ = "a table has at most " + std::to_string(OperationTable::kLongestText) +
                       " characters, this has more";
            return;
        }
        if (text.starts_with(kByteOrderMark)) {
            text.remove_prefix(kByteOrderMark.size());
        }
        int line = 0;
        while (!text.empty() && mistake_.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            read_line(trimmed(text.substr(0, end)), ++line);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        finish(line);
    }

    [[nodiscard]] const std::string& mistake() const { return mistake_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int columns() const { return columns_; }
    [[nodiscard]] std::vector<std::int16_t> take_classes() { return std::move(classes_); }

private:
    void read_line(std::string_view text, int line) {
        if (text.empty()) {
            empty_line_ = empty_line_ == 0 ? line : empty_line_;
            return;
        }
        if (text.starts_with('#') && rows_ == 0) {
            name_ = clean_name(text.substr(1));
            return;
        }
        if (empty_line_ != 0 && rows_ > 0) {
            refuse(empty_line_, 0, "is empty, but rows follow it; leave no line out of the table");
            return;
        }
        empty_line_ = 0;
        for (const char other : {';', '\t'}) {
            if (text.find(',') == std::string_view::npos &&
                text.find(other) != std::string_view::npos) {
                refuse(line, 0,
                       std::string("has ") + (other == ';' ? "semicolons" : "tabs") +
                           " between its cells; a table has commas");
                return;
            }
        }
        int column = 0;
        for (std::size_t begin = 0; begin <= text.size() && mistake_.empty();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            read_cell(trimmed(text.substr(begin, end - begin)), line, ++column);
            begin = end + 1;
        }
        if (!mistake_.empty()) {
            return;
        }
        if (rows_ == 0) {
            columns_ = column;
            require_size(line);
        } else if (column != columns_) {
            refuse(line, 0,
                   "has " + std::to_string(column) + " cells, the first row has " +
                       std::to_string(columns_) + "; a table is square");
        } else if (rows_ == columns_) {
            refuse(line, 0,
                   "is one row too many: with " + std::to_string(columns_) +
                       " columns a table has as many rows");
        }
        ++rows_;
        last_line_ = line;
    }

    void read_cell(std::string_view cell, int line, int column) {
        if (cell.empty()) {
            classes_.push_back(OperationTable::kUndefined);
            return;
        }
        int number = 0;
        const char* const end = cell.data() + cell.size();
        const auto [rest, error] = std::from_chars(cell.data(), end, number);
        if (rest != end || error == std::errc::invalid_argument) {
            refuse(line, column,
                   quoted(cell) + " is no class; a table has the numbers 0 to p - 1 alone, "
                                  "without a header or names of rows");
        } else if (error != std::errc() || number < 0 || number >= OperationTable::kLargest ||
                   (rows_ > 0 && number >= columns_)) {
            refuse_class(cell, line, column, rows_ > 0 ? columns_ : OperationTable::kLargest);
        } else {
            classes_.push_back(static_cast<std::int16_t>(number));
        }
    }

    /// Once the first row is read, so that its length is known.
    void require_size(int line) {
        if (columns_ < OperationTable::kSmallest || columns_ > OperationTable::kLargest) {
            refuse(line, 0,
                   "has " + std::to_string(columns_) + " cells; a table has " +
                       std::to_string(OperationTable::kSmallest) + " to " +
                       std::to_string(OperationTable::kLargest) + " rows and as many columns");
            return;
        }
        const auto wrong =
            std::ranges::find_if(classes_, [this](int number) { return number >= columns_; });
        if (wrong != classes_.end()) {
            refuse_class(std::to_string(*wrong), line,
                         static_cast<int>(wrong - classes_.begin()) + 1, columns_);
        }
    }

    void finish(int lines) {
        if (!mistake_.empty()) {
            return;
        }
        if (rows_ == 0) {
            mistake_ = "there is no row in it; a table has p lines of p classes with commas "
                       "between them";
        } else if (rows_ < columns_) {
            refuse(std::min(last_line_ + 1, lines + 1), 0,
                   "is missing: there are " + std::to_string(rows_) + " rows of " +
                       std::to_string(columns_) + " cells; a table is square");
        }
    }

    void refuse_class(std::string_view cell, int line, int column, int p) {
        refuse(line, column,
               "the class " + quoted(cell) + " lies outside of 0 to " + std::to_string(p - 1));
    }

    /// `column` 0: of the whole line, which the sentence is about.
    void refuse(int line, int column, const std::string& sentence) {
        mistake_ = "line " + std::to_string(line) +
                   (column == 0 ? " " : ", column " + std::to_string(column) + ": ") + sentence;
    }

    std::string mistake_;
    std::string name_;
    std::vector<std::int16_t> classes_;
    int columns_ = 0;
    int rows_ = 0;
    int last_line_ = 0;  ///< of the last row
    int empty_line_ = 0; ///< the first of those behind the last row
};

} // namespace

OperationTable::OperationTable(std::string_view name, int p, std::vector<std::int16_t> classes) {
    const auto rows = static_cast<std::size_t>(std::max(p, 0));
    const auto is_wrong = [p](int number) { return number < kUndefined || number >= p; };
    if (p < kSmallest || p > kLargest || classes.size() != rows * rows ||
        std::ranges::any_of(classes, is_wrong)) {
        throw std::invalid_argument("a table of " + std::to_string(p) + " rows, " +
                                    std::to_string(classes.size()) +
                                    " classes is not square, or has classes outside of its rows");
    }
    auto content = std::make_shared<Content>();
    content->name = clean_name(name);
    content->p = p;
    content->defined_pairs = static_cast<int>(
        std::ranges::count_if(classes, [](int number) { return number != kUndefined; }));
    for (std::size_t a = 0; a < rows; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            content->symmetric &= classes[a * rows + b] == classes[b * rows + a];
        }
    }
    content->classes = std::move(classes);
    content_ = std::move(content);
}

OperationTable OperationTable::parse(std::string_view text, std::string_view name,
                                     std::string& mistake) {
    TableReader reader(text);
    mistake = reader.mistake();
    return mistake.empty() ? OperationTable(reader.name().empty() ? name : reader.name(),
                                            reader.columns(), reader.take_classes())
                           : OperationTable();
}

std::string OperationTable::text() const {
    if (empty()) {
        return {};
    }
    std::string text = "# " + content_->name + "\n";
    int column = 0;
    for (const int number : content_->classes) {
        text += number == kUndefined ? "" : std::to_string(number);
        column = (column + 1) % content_->p;
        text += column == 0 ? '\n' : ',';
    }
    return text;
}

} // namespace grokscope
