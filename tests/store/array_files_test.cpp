#include "engine/store/array_files.h"
#include "engine/store/config_json.h"
#include "engine/store/zip_writer.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

using store_test::ScratchFolder;
using store_test::small_config;

struct Outcome {
    int status = 0;
    std::string output;
};

/// Runs a command of our own making; its output and status.
Outcome output_of(const std::string& command) {
    Outcome outcome;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error("cannot start a shell");
    }
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
        outcome.output += buffer.data();
    }
    outcome.status = pclose(pipe);
    return outcome;
}

std::string as_text(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What weights these are.
const std::string kAbout = R"({"epoch":1600,"exact":false})";

/// Writes every kind of file and lets Python compare them; `count` tensors of our own names.
void expect_python_reads(const RunConfig& config, std::size_t count) {
    const ScratchFolder folder;
    TrainingState state = store_test::small_initial_state(config);
    for (float& weight : state.parameters.view(Tensor::W_U)) {
        weight *= 3.0F;
    }
    for (const TensorSpec& tensor : state.parameters.layout().tensors()) {
        if (tensor.is_layer_norm()) { // gains near zero would leave hardly a logit
            for (float& weight : state.parameters.view(tensor)) {
                weight += 1.0F;
            }
        }
    }
    std::vector<NamedArray> arrays = own_arrays(state.parameters);
    for (NamedArray& array : probe_arrays(state.probes)) {
        arrays.push_back(std::move(array));
    }
    ASSERT_EQ(arrays.size(), count);
    std::string shapes;
    ByteWriter raw;
    for (const NamedArray& array : arrays) {
        shapes += (shapes.empty() ? "" : ",") + array.name + ":";
        for (std::size_t i = 0; i < array.shape.size(); ++i) {
            shapes += (i == 0 ? "" : "x") + std::to_string(array.shape[i]);
        }
        raw.put(std::span<const float>(array.values));
    }
    store_test::write_file(folder / "w.npz",
                           as_text(to_npz(arrays, config_to_json(config), kAbout)));
    store_test::write_file(folder / "w.pt", as_text(to_torch_file(arrays, kAbout)));
    store_test::write_file(
        folder / "tl.pt",
        as_text(to_torch_file(transformer_lens_arrays(state.parameters), kAbout)));
    store_test::write_file(folder / "raw", as_text(raw.take()));
    const Outcome outcome =
        output_of(std::string(GROKSCOPE_PYTHON) + " " + GROKSCOPE_STORE_TESTS "/read_arrays.py " +
                  (folder / "w.npz") + " " + (folder / "w.pt") + " " + (folder / "tl.pt") + " " +
                  (folder / "raw") + " " + shapes);
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_NE(outcome.output.find(std::to_string(count) + " tensors agree"), std::string::npos)
        << outcome.output;
}

TEST(ArrayFiles, OpenInNumPyAndPyTorch) {
    expect_python_reads(small_config({-1, 0, 1}), 11 + 12);
}

TEST(ArrayFiles, OfSeveralLayersOpenToo) {
    RunConfig config = small_config();
    config.layers = 3;
    expect_python_reads(config, 3 + 3 * 8);
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.sequence = Sequence::kWithOperation;
    expect_python_reads(config, 3 + 3 * 8 + 3 * 4 + 2);
    config.layers = 1;
    expect_python_reads(config, 3 + 8 + 4 + 2);
}

TEST(ArrayFiles, AreTheSameBytesForTheSameWeights) {
    const TrainingState state = store_test::small_initial_state(small_config());
    EXPECT_EQ(to_torch_file(own_arrays(state.parameters), kAbout),
              to_torch_file(own_arrays(state.parameters), kAbout));
    EXPECT_EQ(to_npz(own_arrays(state.parameters), "{}", kAbout),
              to_npz(own_arrays(state.parameters), "{}", kAbout));
}

TEST(ZipWriter, IsTakenForSoundByPython) {
    const ScratchFolder folder;
    ZipWriter zip;
    for (int i = 0; i < 130; ++i) { // every alignment of a name
        zip.add(std::string(static_cast<std::size_t>(i) + 1, 'n'), std::string(i, 'x'));
    }
    store_test::write_file(folder / "a.zip", as_text(zip.finish()));
    const Outcome outcome = output_of(
        std::string(GROKSCOPE_PYTHON) + " -c \"import zipfile; z = zipfile.ZipFile('" +
        (folder / "a.zip") +
        "'); print(z.testzip(), len(z.namelist()), sum(i.file_size for i in z.infolist()))\"");
    EXPECT_EQ(outcome.output, "None 130 8385\n");
}

} // namespace
} // namespace grokscope
