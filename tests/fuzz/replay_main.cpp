// Runs a fuzz target on every file of a folder, without a fuzzer: replay_TARGET FOLDER
#include "tests/fuzz/target.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int count, char** values) {
    if (count != 2) {
        std::cerr << "usage: " << values[0] << " FOLDER\n";
        return 2;
    }
    int inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(values[1])) {
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(stream),
                               std::istreambuf_iterator<char>()};
        std::cerr << entry.path().filename().string() << '\n'; // the last one named is the culprit
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        ++inputs;
    }
    std::cout << inputs << " inputs\n";
    return inputs > 0 ? 0 : 1;
}
