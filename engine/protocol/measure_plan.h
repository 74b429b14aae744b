// Which instruments measure a run, and how often.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

/// Epochs between the readings of each instrument: "ildr:100,commutator:500". In the order of their
/// names, so that equal plans are equal. Names are letters, digits and underscores; one that this
/// version does not know stays as it is, and nothing measures it.
class MeasurePlan {
public:
    /// Epochs between readings, both allowed.
    static constexpr int kLeast = 1;
    static constexpr int kMost = 10'000;
    /// More have no place in a plan.
    static constexpr std::size_t kMostInstruments = 64;

    /// From what text() writes. A name alone stands for `usual(name)` epochs. On a mistake the plan
    /// is empty and `mistake` is one sentence without a subject: "must be ..., got ...".
    [[nodiscard]] static MeasurePlan parse(std::string_view text, std::string& mistake,
                                           int (*usual)(std::string_view instrument) = nullptr);

    /// 0 takes the instrument out. Throws std::invalid_argument on a name or number that is none.
    void set(std::string_view instrument, int every);
    /// 0 when it does not measure.
    [[nodiscard]] int every(std::string_view instrument) const;
    /// Whether the instrument measures the weights that are the input of `epoch`.
    [[nodiscard]] bool is_due(std::string_view instrument, std::int32_t epoch) const {
        const int interval = every(instrument);
        return interval > 0 && epoch % interval == 0;
    }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::string text() const;

    using Entry = std::pair<std::string, int>;
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    friend bool operator==(const MeasurePlan&, const MeasurePlan&) = default;

private:
    std::vector<Entry> entries_;
};

} // namespace grokscope
