#include "tests/fuzz/changed_notebook.h"

#include "engine/store/notebook_error.h"
#include "engine/store/sqlite.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string_view>

namespace grokscope::fuzz {

namespace {

struct Place {
    std::string_view table;
    std::string_view column;
};
constexpr std::array<Place, 45> kPlaces = {{{"run", "uuid"},
                                            {"run", "name"},
                                            {"run", "created_at"},
                                            {"run", "config"},
                                            {"run", "state"},
                                            {"run", "state_text"},
                                            {"run", "epoch"},
                                            {"run", "wall_seconds"},
                                            {"run", "step"},
                                            {"run", "threads"},
                                            {"run", "split_hash"},
                                            {"run", "parent"},
                                            {"run", "parent_epoch"},
                                            {"run", "owner"},
                                            {"metric", "epoch"},
                                            {"metric", "train_loss"},
                                            {"metric", "wall_seconds"},
                                            {"mirror", "epoch"},
                                            {"mirror", "new_accuracy"},
                                            {"mismatch", "epoch"},
                                            {"mismatch", "stencil_offset"},
                                            {"mismatch", "value"},
                                            {"mark", "epoch"},
                                            {"mark", "kind"},
                                            {"event", "epoch"},
                                            {"event", "text"},
                                            {"spectrum", "epoch"},
                                            {"spectrum", "mean"},
                                            {"spectrum", "embedding"},
                                            {"spectrum", "logit"},
                                            {"measure", "epoch"},
                                            {"measure", "full_loss"},
                                            {"measure", "clustered_neurons"},
                                            {"measure", "details"},
                                            {"weights", "epoch"},
                                            {"weights", "encoding"},
                                            {"weights", "base_epoch"},
                                            {"weights", "data"},
                                            {"checkpoint", "epoch"},
                                            {"checkpoint", "wall_seconds"},
                                            {"checkpoint", "data"},
                                            {"annotation", "text"},
                                            {"grok", "last_epoch"},
                                            {"grok", "times_lost"},
                                            {"run", "preset"}}};

} // namespace

void change_values(const std::string& file, const std::uint8_t* data, std::size_t size) {
    Database database(file, Database::Access::kReadWrite);
    database.execute("PRAGMA journal_mode = MEMORY");
    database.execute("PRAGMA synchronous = OFF");
    while (size >= 4) {
        const Place& place = kPlaces.at(data[0] % kPlaces.size());
        const unsigned kind = data[1] % 4;
        const bool one = (data[1] & 4U) != 0 && place.table != "run";
        const std::size_t length =
            std::min<std::size_t>(size - 4, data[2] + std::size_t{256} * data[3]);
        const std::span<const std::byte> value(reinterpret_cast<const std::byte*>(data + 4),
                                               length);
        data += 4 + length;
        size -= 4 + length;
        const std::string table(place.table);
        const std::string all =
            "UPDATE OR IGNORE " + table + " SET " + std::string(place.column) + " = ?1";
        try { // tables without row numbers are changed as a whole; a wrong type is refused
            const bool numbered =
                place.table == "weights" || place.table == "event" || place.table == "annotation";
            const std::string which = one ? " WHERE epoch = (SELECT max(epoch) FROM " + table + ")"
                                      : numbered
                                          ? " WHERE rowid = (SELECT max(rowid) FROM " + table + ")"
                                          : "";
            Statement statement(database, all + which);
            std::int64_t number = 0;
            for (const std::byte byte : value.first(std::min<std::size_t>(length, 8))) {
                number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8U |
                                                   static_cast<std::uint64_t>(byte));
            }
            if (kind == 0) {
                statement.bind(1, number);
            } else if (kind == 1) {
                statement.bind(1, std::bit_cast<double>(number));
            } else if (kind == 2) {
                statement.bind(
                    1, std::string_view(reinterpret_cast<const char*>(value.data()), length));
            } else {
                statement.bind(1, value);
            }
            statement.run();
        } catch (const NotebookError&) {
        }
    }
}

} // namespace grokscope::fuzz
