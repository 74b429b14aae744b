// Target: importing a sound notebook file whose values are a stranger's. The input is a list of
// changes: a byte that chooses table and column, a byte of kind, two bytes of length, the value.
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace {

struct Place {
    std::string_view table;
    std::string_view column;
};
constexpr std::array<Place, 40> kPlaces = {{{"run", "uuid"},
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
                                            {"annotation", "text"}}};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    static const fuzz::ScratchFile sample;
    static const bool made = [] {
        fuzz::write_sample_notebook(sample.path());
        return true;
    }();
    (void)made;
    static const fuzz::ScratchFile file;
    std::filesystem::copy_file(sample.path(), file.path(),
                               std::filesystem::copy_options::overwrite_existing);
    {
        Database database(file.path(), Database::Access::kReadWrite);
        database.execute("PRAGMA journal_mode = MEMORY");
        database.execute("PRAGMA synchronous = OFF");
        while (size >= 4) {
            const Place& place = kPlaces.at(data[0] % kPlaces.size());
            const unsigned kind = data[1] % 4;
            const std::size_t length =
                std::min<std::size_t>(size - 4, data[2] + std::size_t{256} * data[3]);
            const std::span<const std::byte> value(reinterpret_cast<const std::byte*>(data + 4),
                                                   length);
            data += 4 + length;
            size -= 4 + length;
            const std::string sql = "UPDATE OR IGNORE " + std::string(place.table) + " SET " +
                                    std::string(place.column) +
                                    " = ?1 WHERE rowid = (SELECT max(rowid) FROM " +
                                    std::string(place.table) + ")";
            const std::string all = "UPDATE OR IGNORE " + std::string(place.table) + " SET " +
                                    std::string(place.column) + " = ?1";
            try { // tables without row numbers are changed as a whole; a wrong type is refused
                const bool numbered = place.table == "weights" || place.table == "event" ||
                                      place.table == "annotation";
                Statement statement(database, numbered ? sql : all);
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
                        1,
                        fuzz::text_of(reinterpret_cast<const std::uint8_t*>(value.data()), length));
                } else {
                    statement.bind(1, value);
                }
                statement.run();
            } catch (const NotebookError&) {
            }
        }
    }
    fuzz::import_everything(file.path());
    return 0;
}
