// An operation that somebody wrote down: a table of answers, from a CSV file or inside of a
// configuration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// p x p classes in 0..p-1; row a, column b has the answer to (a, b), or none: that pair neither
/// trains nor tests. Not every class need occur. Copies share one content, which never changes: any
/// thread.
class OperationTable {
public:
    static constexpr int kSmallest = 5;
    static constexpr int kLargest = 251;
    static constexpr std::int16_t kUndefined = -1;
    /// A text that is longer is no table: room for the largest one, and for blanks in it.
    static constexpr std::size_t kLongestText = std::size_t{1} << 19;

    OperationTable() = default;
    /// Throws std::invalid_argument unless there are p*p classes, each kUndefined or in 0..p-1, and
    /// kSmallest <= p <= kLargest. `name`: as clean_name() leaves it.
    OperationTable(std::string_view name, int p, std::vector<std::int16_t> classes);

    /// From CSV: a line each row, commas between classes, nothing where the pair has no answer; in
    /// front of them, if wanted, a line "# NAME". Windows' ends of lines and a byte order mark are
    /// taken, too. `name` is for a text without one. On a mistake the table is empty and `mistake`
    /// is one sentence, which begins with the place: "line 3, column 2: ...".
    [[nodiscard]] static OperationTable parse(std::string_view text, std::string_view name,
                                              std::string& mistake);
    /// What parse() reads back: "# S5\n0,1,...\n"; empty of an empty table.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] bool empty() const { return content_ == nullptr; }
    /// 0 when empty.
    [[nodiscard]] int p() const { return empty() ? 0 : content_->p; }
    /// What people call it; empty when the table is.
    [[nodiscard]] std::string name() const { return empty() ? std::string() : content_->name; }
    /// The answer, or kUndefined, also of numbers outside the table.
    [[nodiscard]] int at(int a, int b) const {
        return a < 0 || b < 0 || a >= p() || b >= p()
                   ? kUndefined
                   : content_->classes[static_cast<std::size_t>(a * p() + b)];
    }
    /// Pairs with an answer.
    [[nodiscard]] int defined_pairs() const { return empty() ? 0 : content_->defined_pairs; }
    /// (a, b) and (b, a) have the same answer, or neither has one, everywhere.
    [[nodiscard]] bool is_symmetric() const { return !empty() && content_->symmetric; }

    /// Equal answers: a name changes nothing.
    friend bool operator==(const OperationTable& one, const OperationTable& other) {
        return one.content_ == other.content_ ||
               (!one.empty() && !other.empty() && one.content_->p == other.content_->p &&
                one.content_->classes == other.content_->classes);
    }

private:
    struct Content {
        std::string name;
        int p = 0;
        std::vector<std::int16_t> classes;
        int defined_pairs = 0;
        bool symmetric = true;
    };

    std::shared_ptr<const Content> content_;
};

} // namespace grokscope
