// Writes sound inputs for every fuzz target, and damaged ones made of them, all of our own making:
//   make_corpus FOLDER
// The default tests replay them; a fuzzer starts from them.
#include "engine/store/checkpoint.h"
#include "engine/store/config_json.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/weight_codec.h"
#include "tests/fuzz/sample_run.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace grokscope;
namespace fs = std::filesystem;

std::string text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What a fuzzer has found and made small.
std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

/// Flips, cuts, repeats and swaps bytes.
std::string damaged(std::string text, std::mt19937& generator) {
    const auto place = [&] { return text.empty() ? 0 : generator() % text.size(); };
    for (unsigned n = 0; n <= generator() % 4 && !text.empty(); ++n) {
        switch (generator() % 5) {
        case 0:
            text[place()] = static_cast<char>(generator());
            break;
        case 1:
            text[place()] ^= static_cast<char>(1U << generator() % 8);
            break;
        case 2:
            text.resize(place());
            break;
        case 3:
            text.insert(place(), text.substr(place(), generator() % 64));
            break;
        default:
            text.erase(place(), generator() % 16);
            break;
        }
    }
    return text;
}

/// The sound inputs, and `copies` damaged ones.
void write(const fs::path& folder, const std::vector<std::string>& sound, int copies) {
    fs::create_directories(folder);
    int number = 0;
    const auto put = [&](const std::string& text) {
        std::ofstream(folder / std::to_string(number++), std::ios::binary) << text;
    };
    std::mt19937 generator(1);
    for (const std::string& text : sound) {
        put(text);
    }
    for (int i = 0; i < copies; ++i) {
        put(damaged(sound[generator() % sound.size()], generator));
    }
}

std::vector<std::string> weight_inputs() {
    const Parameters one = fuzz::sample_weights(1);
    const RoundedWeights first(one);
    const RoundedWeights second(fuzz::sample_weights(2));
    const RoundedWeights third(fuzz::sample_weights(4));
    return {'\0' + text_of(encode_weights(one)),
            '\1' + text_of(encode_weights(fuzz::sample_weights(2), &one)),
            '\2' + text_of(first.encode(nullptr, nullptr)),
            '\3' + text_of(third.encode(&first, nullptr)),
            '\4' + text_of(third.encode(&first, &second))};
}

std::string notebook_input() {
    const fuzz::ScratchFile file;
    fuzz::write_sample_notebook(file.path());
    std::ifstream stream(file.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Lists of a measure row, those that fit together and others.
std::vector<std::string> details_inputs() {
    const auto details = [](const std::string& keys, const std::string& of_keys,
                            const std::string& of_all, const std::string& amplitudes) {
        std::string text = R"({"key_frequencies":)" + keys + R"(,"excluded_by_frequency":)" +
                           of_keys + R"(,"fit_coefficients":)" + of_all + R"(,"clock_coherence":)" +
                           of_keys + R"(,"neurons_by_frequency":)" + of_all;
        text += R"(,"sum_squares":[1,1,1,1,1,1,1,1,1,1,1],"neuron_amplitude":)" + amplitudes;
        return text + "}";
    };
    return {details("[1]", "[0.5]", "[1,2]", "[1,2]"),
            details("[1,2]", "[0.5,null]", "[1,2]", "[]"),
            details("[1,2]", "[0.5]", "[1,2]", "[1,2]"),
            details("[0]", "[0.5]", "[1,2]", "[1,2]"),
            details("[2,1]", "[0.5,1]", "[1,2]", "[1,2]"),
            details("[3]", "[0.5]", "[1,2]", "[1,2]"),
            details("[1.5]", "[0.5]", "[1,2]", "[1,2]"),
            details("[1]", "[0.5]", "[1]", "[1,2]"),
            details("[1]", "[0.5]", "[1,2]", "[1,2,3]"),
            details("[1]", "[1e300]", "[1,2]", "[1e39,-1]")};
}

/// One change for the target notebook_values.
std::string change(int place, int kind, const std::string& value) {
    return std::string{static_cast<char>(place), static_cast<char>(kind),
                       static_cast<char>(value.size() % 256),
                       static_cast<char>(value.size() / 256)} +
           value;
}

/// Changes for the target notebook_values.
std::vector<std::string> value_inputs() {
    std::vector<std::string> inputs;
    for (int place = 0; place < 40; ++place) {
        inputs.push_back(change(place, 0, "\x7f\xff\xff\xff\xff\xff\xff\xff"));
        inputs.push_back(change(place, 0, std::string(8, '\0')));
        inputs.push_back(change(place, 1, "\x7f\xf8" + std::string(6, '\0')));
        inputs.push_back(change(place, 2, "[]{}\xff\n"));
        inputs.push_back(change(place, 3, std::string(300, 'x')));
    }
    for (const std::string& details : details_inputs()) {
        inputs.push_back(change(31, 2, details));
    }
    for (const std::size_t floats : {0U, 1U, 2U, 3U, 2U}) {
        const std::string amplitudes(4 * floats, '?'); // 0x3f3f3f3f: 0.747
        inputs.push_back(change(26, 3, amplitudes) + change(27, 3, std::string(8, '?')));
        inputs.push_back(change(27, 3, amplitudes));
    }
    inputs.push_back(change(15, 1, "\x7f\xee\x42\xd1\x30\x77\x3b\x76")); // 1.7e308
    inputs.push_back(change(3, 2, config_to_json(fuzz::sample_config())));
    inputs.push_back(change(35, 3, weight_inputs().at(2).substr(1)));
    inputs.push_back(change(38, 3, text_of(encode_state(fuzz::sample_state()))));
    return inputs;
}

/// Records for the target window: of a notebook with changed values, and made up as they come.
std::vector<std::string> window_inputs() {
    constexpr int kNewest = 4; // with a kind: of the newest epoch only
    const std::string huge("\x7f\xee\x42\xd1\x30\x77\x34\x84", 8); // 1.7e308
    const std::string one_float("\0\0\x80\x3f", 4);
    const std::string details = R"({"key_frequencies":[0,-1,3,99,2147483647],)"
                                R"("neuron_amplitude":[1],"neurons_by_frequency":[1,2,3,4]})";
    std::vector<std::string> changes{""};
    for (const int spectrum : {26, 27}) {
        for (const int which : {0, kNewest}) {
            changes.push_back(change(spectrum, 3 + which, ""));
            changes.push_back(change(spectrum, 3 + which, one_float));
        }
    }
    for (const int figure : {15, 16, 19, 25, 29}) {
        changes.push_back(change(figure, 1, huge));
        changes.push_back(change(figure, 1 + kNewest, huge));
    }
    changes.push_back(change(31, 2 + kNewest, details));
    changes.push_back(change(39, 2, std::string(16000, 'n')));
    changes.push_back(change(39, 2, std::string(15999, 'n') + "]"));
    changes.push_back(change(1, 2, std::string(16000, 'm')));
    changes.push_back(change(14, kNewest, std::string("\0\0\0\0\x3f\xff\xff\xff", 8)));
    std::mt19937 generator(3);
    const auto bytes = [&](std::size_t count) {
        std::string some(count, '\0');
        for (char& byte : some) {
            byte = static_cast<char>(generator() >> 8U);
        }
        return some;
    };
    std::vector<std::string> inputs;
    for (const std::string& one : changes) {
        inputs.push_back('\0' + bytes(4) + one);
    }
    for (int i = 0; i < 60; ++i) {
        inputs.push_back('\1' + bytes(200 + 20 * static_cast<std::size_t>(i)));
    }
    inputs.push_back(
        from_hex( // on a logarithmic axis so narrow that both its ends have one logarithm
            "016e43cabe377ac2a157170d002e435615df441fbadd53465b905d4e561d410664091ccc1813f467"
            "e48a6f38f9c66980106fb0e57b2e940d8c7b5b677c1aa1ed4f9cc8ec85c77af520f9e7944adb48fa"
            "527c2d77014ab3080022adc4e9186537ef77ff43000000f94ddc3b23ca0ae06adaaa6c8eb3ac8152"
            "f1d6bce4e615df905d4e561d415b905d4e561d41"));
    return inputs;
}

} // namespace

int main(int count, char** values) {
    if (count != 2) {
        std::cerr << "usage: make_corpus FOLDER\n";
        return 2;
    }
    const fs::path root = values[1];
    fs::remove_all(root);
    write(root / "config_toml",
          {"",
           "title = \"A\"\nsentence = \"B.\"\n[run]\npreset = \"transformerlens\"\np = 59\n"
           "stencil = [-1, 0, 1]\ntrain_fraction = 0.5\ncontrol = \"frozen-probe\"\n",
           "[run]\nseed = 0xff\nlearning_rate = 1e-3\nsplit_seed = 7\nheads = 4\n"
           "stop_when_grokked = true\nstep = \"fused\"\noperation = \"add\"\n",
           "run = { p = 7, epochs = 1_000 }\n", "[run]\np = inf\nd_model = nan\nseed = -1\n",
           "[run]\ntable = \"\"\"\n# T\n0,1,2,3,4\n1,2,3,4,0\n2,3,4,,1\n3,4,0,1,2\n4,0,1,2,3\n"
           "\"\"\"\nfrozen_tensors = \"W_E,W_U\"\nedited_weights = \"shuffle,scale:0=0.5\"\n",
           "[run.p]\nx = 1979-05-27T07:32:00Z\n", "title = '''\nlong'''\n"},
          400);
    write(root / "operation_table",
          {"# T\n0,1,2,3,4\n1,2,3,4,0\n2,3,4,,1\n3,4,0,1,2\n4,0,1,2,3\n",
           "\xEF\xBB\xBF 0, 1,2,3,4\r\n1,2,3,4,0\r\n,,,,\r\n3,4,0,1,2\r\n4,0,1,2,3\r\n\r\n",
           "0;1;2\n", "a,b\n0,1\n", ""},
          400);
    write(root / "config_json",
          {config_to_json(RunConfig{}), config_to_json(fuzz::sample_config()),
           config_to_json(RunConfig::of(Preset::kTransformerLens)), "{}", "[[[[[]]]]]"},
          400);
    write(root / "command_line",
          {"train\n--stencil=-1,0,1\n--seed\n7\n--until-grok\n--csv\na.csv",
           "sweep\n--stencils\n0;-1,0,1\n--controls\nall\n--seeds\n3\n--shard\n1/4",
           "export\nlast\n--to\nnpz\n--epoch\n100", "import\na.db\n--notebook\nb.db", "list",
           "show\n3", "view\nlast\n--theme\nlight", "bench\n--rounds\n2", "presets", "--help",
           "--screenshot\na.png\n--after-epoch\n5\n--size\n1280x720\n--scale\n1.5",
           "train\n--resume\nlast\n--epochs\n5", "train\n--p\n--frac\n=\n--x=3\n-1\n--\n-",
           "train\n--preset\nthirty-seconds\n--control\ninput-side"},
          600);
    write(root / "weights", weight_inputs(), 300);
    const auto checkpoint_of = [](const TrainingState& state) { // without its checksum
        const std::string bytes = text_of(encode_state(state));
        return bytes.substr(0, bytes.size() - 4);
    };
    TrainingState more = fuzz::sample_state();
    more.slots.push_back({"muon_momentum", more.parameters});
    write(root / "checkpoint", {checkpoint_of(fuzz::sample_state()), checkpoint_of(more)}, 300);
    write(root / "notebook_file", {notebook_input()}, 150);
    write(root / "notebook_values", value_inputs(), 200);
    const std::vector<std::string> windows = window_inputs();
    write(root / "window", windows, 40);
    write(root / "window_gl", {windows.begin(), windows.begin() + 20}, 0);
    return 0;
}
