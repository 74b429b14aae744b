// Target: importing a notebook file of a stranger, page by page. The head of the file is made to
// look like ours, or nothing would get past it.
#include "engine/store/notebook.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    constexpr std::string_view kMagic{"SQLite format 3\0", 16};
    constexpr std::array<char, 4> kApplication = {'G', 'r', 'o', 'k'};
    constexpr std::size_t kApplicationAt = 68;
    std::string contents(fuzz::text_of(data, size));
    if (contents.size() < 100) {
        return 0;
    }
    std::ranges::copy(kMagic, contents.begin());
    std::ranges::copy(kApplication, contents.begin() + kApplicationAt);
    static const fuzz::ScratchFile file;
    std::ofstream(file.path(), std::ios::binary) << contents;
    fuzz::import_everything(file.path());
    return 0;
}
