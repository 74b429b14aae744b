// A small run to make sound inputs of, and what is done with a notebook file.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/config.h"

#include <cstdint>
#include <string>

namespace grokscope::fuzz {

/// The smallest model with a stencil.
[[nodiscard]] RunConfig sample_config();

/// Weights of that model, the same for the same seed.
[[nodiscard]] Parameters sample_weights(std::uint32_t seed);

/// A state of that run at epoch 3.
[[nodiscard]] TrainingState sample_state();

/// A notebook with one run that has something in every table. `file` must not exist.
void write_sample_notebook(const std::string& file);

/// The same run with several rows in each table that a window shows.
void write_full_notebook(const std::string& file);

/// Opens the file as `import` does and copies every run into an empty notebook. Lets no exception
/// out that `import` would report as a sentence. Aborts when the run that was there is gone, or
/// when anything of a copy cannot be used or does not fit together.
void import_everything(const std::string& file);

/// A name of a file in a folder of its own, in memory where the system has such a place. Both go
/// with it.
class ScratchFile {
public:
    ScratchFile();
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace grokscope::fuzz
