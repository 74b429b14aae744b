// grokscope_embed(): what the program holds is what the files held.
#include <embedded/embed_sample.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <span>
#include <string>

namespace grokscope {
namespace {

TEST(Embed, KeepsNamesInTheirOrder) {
    const std::span<const embedded::File> files = embedded::embed_sample();
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files[0].name, "embed_test.cpp");
    EXPECT_EQ(files[1].name, "bytes.bin");
    EXPECT_EQ(files[2].name, "empty.txt");
}

TEST(Embed, KeepsText) {
    std::ifstream file(GROKSCOPE_TEXT_FILE, std::ios::binary);
    ASSERT_TRUE(file) << GROKSCOPE_TEXT_FILE;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(embedded::embed_sample()[0].content, text);
}

TEST(Embed, KeepsEveryByteValue) {
    const std::string_view content = embedded::embed_sample()[1].content;
    ASSERT_EQ(content.size(), 256U);
    for (std::size_t i = 0; i < content.size(); ++i) {
        EXPECT_EQ(static_cast<unsigned char>(content[i]), i);
    }
}

TEST(Embed, KeepsAnEmptyFileEmpty) {
    EXPECT_TRUE(embedded::embed_sample()[2].content.empty());
}

TEST(Embed, EndsEachFileWithAZero) {
    for (const embedded::File& file : embedded::embed_sample()) {
        EXPECT_EQ(file.content.data()[file.content.size()], '\0') << file.name;
    }
}

} // namespace
} // namespace grokscope
