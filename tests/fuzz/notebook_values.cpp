// Target: importing a sound notebook file whose values are a stranger's; the input as of
// change_values().
#include "tests/fuzz/changed_notebook.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"

#include <filesystem>

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
    fuzz::change_values(file.path(), data, size);
    fuzz::import_everything(file.path());
    return 0;
}
