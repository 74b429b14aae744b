#include "engine/store/checkpoint.h"
#include "engine/train/state_hash.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace grokscope {
namespace {

using store_test::small_config;
using store_test::small_parts;

/// Where the fields of the header lie.
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kModulusAt = 12;
constexpr std::size_t kEpochAt = 32;
constexpr std::size_t kUpdatesAt = 36;
constexpr std::size_t kProbesAt = 44;
constexpr std::size_t kRememberedAt = 48;
constexpr std::size_t kFloatsAt = 52;

TrainingState trained(const RunConfig& config, int epochs) {
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    for (int i = 0; i < epochs; ++i) {
        run.advance_one_epoch();
    }
    return run.state();
}

template <typename Number>
void overwrite(Bytes& bytes, std::size_t at, Number value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// Makes the checksum right again: what remains wrong must be found without it.
void seal(Bytes& bytes) {
    const std::size_t body = bytes.size() - 4;
    overwrite(
        bytes, body,
        static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), body)));
}

/// The sentence with which the bytes are refused; fails the test when they are accepted.
std::string refusal(std::span<const std::byte> bytes, const RunConfig& config) {
    try {
        (void)decode_state(bytes, config);
    } catch (const CheckpointError& error) {
        return error.what();
    }
    ADD_FAILURE() << "the bytes were accepted";
    return {};
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Checkpoint, GivesBackEveryBit) {
    for (const std::vector<int>& offsets :
         {std::vector<int>{}, {0}, {-1, 0, 1}, {-8, 3}, {-2, -1, 0, 1, 2}}) {
        for (const int epochs : {0, 1, 5, 20}) {
            const RunConfig config = small_config(offsets);
            const TrainingState state = trained(config, epochs);
            const TrainingState back = decode_state(encode_state(state), config);
            EXPECT_EQ(hash_of(back), hash_of(state)) << config.stencil.label() << " " << epochs;
            EXPECT_EQ(back.epoch, epochs);
            EXPECT_EQ(back.previous.size(),
                      static_cast<std::size_t>(std::min(config.stencil.depth(), epochs)));
        }
    }
}

TEST(Checkpoint, IsTheDocumentedSizeForTheDefaultShape) {
    RunConfig config;
    const TrainingState baseline(ModelShape::of(config));
    // 52 bytes of header, three times 226,688 floats, 4 bytes of checksum.
    EXPECT_EQ(encode_state(baseline).size(), 52U + 3U * 226688U * 4U + 4U);
}

/// With memories that no update of today has.
TrainingState with_other_slots(TrainingState state) {
    const ModelShape shape = state.parameters.layout().shape();
    for (const char* const name : {"a", "momentum of something"}) {
        UpdateSlot& slot = state.slots.emplace_back(name, Parameters(shape));
        slot.values.view(Tensor::W_U)[3] = 0.5F * static_cast<float>(state.slots.size());
    }
    return state;
}

TEST(Checkpoint, KeepsSlotsByTheirNamesWhateverTheyAre) {
    const RunConfig config = small_config({-1});
    const TrainingState state = with_other_slots(trained(config, 5));
    const Bytes bytes = encode_state(state);
    EXPECT_EQ(bytes[kVersionAt], std::byte{2});
    const TrainingState back = decode_state(bytes, config);
    ASSERT_EQ(back.slots.size(), 4U);
    EXPECT_EQ(back.slots[1].name, "second_moment");
    EXPECT_EQ(back.slots[3].name, "momentum of something");
    EXPECT_EQ(back.slots[3].values.view(Tensor::W_U)[3], 2);
    EXPECT_EQ(hash_of(back), hash_of(state));
    EXPECT_EQ(encode_state(trained(config, 5))[kVersionAt], std::byte{1})
        << "AdamW's own are as every version of the program reads them";
}

TEST(Checkpoint, ARunRefusesSlotsOfAnotherOptimiser) {
    const RunConfig config = small_config();
    const TrainingState state = with_other_slots(trained(config, 2));
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    try {
        run.restore(decode_state(encode_state(state), config));
        FAIL() << "went on with them";
    } catch (const std::invalid_argument& error) {
        EXPECT_TRUE(mentions(error.what(), "another optimiser")) << error.what();
    }
}

TEST(Checkpoint, RefusesHostileNamesOfSlotsUnderARightChecksum) {
    const RunConfig config = small_config();
    const Bytes bytes = encode_state(with_other_slots(trained(config, 2)));
    const auto with = [&](std::size_t at, auto value) {
        Bytes changed = bytes;
        overwrite(changed, at, value);
        seal(changed);
        return refusal(changed, config);
    };
    EXPECT_TRUE(mentions(with(kFloatsAt, std::uint32_t{0}), "number of slots"));
    EXPECT_TRUE(mentions(with(kFloatsAt, std::uint32_t{0xffffffffU}), "number of slots"));
    EXPECT_TRUE(mentions(with(kFloatsAt, std::uint32_t{1024}), "damaged"));
    EXPECT_TRUE(mentions(with(kFloatsAt + 4, std::uint32_t{0}), "slot's name"));
    EXPECT_TRUE(mentions(with(kFloatsAt + 4, std::uint32_t{0xfffffff0U}), "slot's name"));
    EXPECT_TRUE(mentions(with(kVersionAt, std::uint32_t{1}), "bytes"));
    // What needs no names is not accepted with them: a state has one checkpoint.
    TrainingState plain = with_other_slots(trained(config, 2));
    plain.slots.pop_back();
    Bytes named = encode_state(plain);
    overwrite(named, kFloatsAt, std::uint32_t{2});
    seal(named);
    EXPECT_TRUE(mentions(refusal(named, config), "need no names"));
}

TEST(Checkpoint, BytesAreTheSameForTheSameState) {
    const TrainingState state = trained(small_config({-1}), 7);
    const TrainingState copy = state;
    EXPECT_EQ(encode_state(state), encode_state(copy));
}

TEST(Checkpoint, ResumedRunEndsWithTheSameBits) {
    for (const std::vector<int>& offsets :
         {std::vector<int>{}, {0}, {-1, 0, 1}, {-8, 3}, {1}, {-1}}) {
        const RunConfig config = small_config(offsets);
        const std::uint64_t whole = hash_of(trained(config, 60));
        for (const int cut : {0, 1, 2, 7, 8, 9, 59}) {
            const Bytes saved = encode_state(trained(config, cut));
            WorkerPool pool(1);
            grokscope::Run resumed(config, small_parts(), pool);
            resumed.restore(decode_state(saved, config));
            while (resumed.epoch() < 60) {
                resumed.advance_one_epoch();
            }
            EXPECT_EQ(hash_of(resumed.state()), whole) << config.stencil.label() << " at " << cut;
        }
    }
}

TEST(Checkpoint, ResumedManyTimesEndsWithTheSameBits) {
    const RunConfig config = small_config({-2, 0, 1});
    const std::uint64_t whole = hash_of(trained(config, 50));
    Bytes saved = encode_state(trained(config, 0));
    for (int epoch = 0; epoch < 50; ++epoch) {
        WorkerPool pool(1);
        grokscope::Run resumed(config, small_parts(), pool);
        resumed.restore(decode_state(saved, config));
        resumed.advance_one_epoch();
        saved = encode_state(resumed.state());
    }
    EXPECT_EQ(hash_of(decode_state(saved, config)), whole);
}

TEST(Checkpoint, RefusesEveryTruncation) {
    const RunConfig config = small_config({0});
    const Bytes bytes = encode_state(trained(config, 3));
    for (std::size_t size = 0; size < bytes.size(); size += size < 100 ? 1 : 997) {
        EXPECT_FALSE(refusal(std::span(bytes).first(size), config).empty());
    }
    Bytes longer = bytes;
    longer.resize(longer.size() + 4);
    seal(longer);
    EXPECT_TRUE(mentions(refusal(longer, config), "bytes"));
}

TEST(Checkpoint, RefusesEveryFlippedBit) {
    const RunConfig config = small_config({0});
    const Bytes bytes = encode_state(trained(config, 3));
    std::mt19937 generator(1);
    for (int i = 0; i < 400; ++i) {
        Bytes flipped = bytes;
        const std::size_t at = i < 60 ? static_cast<std::size_t>(i) : generator() % bytes.size();
        flipped[at] ^= static_cast<std::byte>(1U << (generator() % 8));
        EXPECT_FALSE(refusal(flipped, config).empty()) << "byte " << at;
    }
}

TEST(Checkpoint, RefusesAnotherVersionAndAnotherKindOfFile) {
    const RunConfig config = small_config();
    Bytes newer = encode_state(trained(config, 2));
    overwrite(newer, kVersionAt, std::uint32_t{3});
    seal(newer);
    EXPECT_TRUE(mentions(refusal(newer, config), "version 3"));

    Bytes other = encode_state(trained(config, 2));
    overwrite(other, 0, std::uint32_t{0});
    seal(other);
    EXPECT_TRUE(mentions(refusal(other, config), "not a checkpoint"));
}

TEST(Checkpoint, RefusesWhatBelongsToAnotherRun) {
    const RunConfig config = small_config({-1, 0});
    const Bytes bytes = encode_state(trained(config, 4));
    RunConfig other = config;
    other.p = 11;
    EXPECT_TRUE(mentions(refusal(bytes, other), "its modulus is 7, the run's is 11"));
    other = config;
    other.probe_width = 4;
    EXPECT_TRUE(mentions(refusal(bytes, other), "probe width"));
    EXPECT_TRUE(mentions(refusal(bytes, small_config({-1, 1})), "probe offset"));
    EXPECT_TRUE(mentions(refusal(bytes, small_config({-1, 0, 1})), "number of probes"));
    EXPECT_TRUE(mentions(refusal(bytes, small_config({-2, 0})), "remembered"));
}

TEST(Checkpoint, RefusesHostileNumbersUnderARightChecksum) {
    const RunConfig config = small_config({-1});
    const Bytes bytes = encode_state(trained(config, 4));
    const auto with = [&](std::size_t at, auto value) {
        Bytes changed = bytes;
        overwrite(changed, at, value);
        seal(changed);
        return refusal(changed, config);
    };
    EXPECT_TRUE(mentions(with(kModulusAt, std::int32_t{-1}), "modulus"));
    EXPECT_TRUE(mentions(with(kEpochAt, std::int32_t{-5}), "epoch"));
    EXPECT_TRUE(mentions(with(kEpochAt, std::numeric_limits<std::int32_t>::max()), "epoch"));
    EXPECT_TRUE(mentions(with(kUpdatesAt, std::int64_t{1} << 60), "number of updates"));
    EXPECT_TRUE(mentions(with(kProbesAt, std::uint32_t{0xffffffffU}), "number of probes"));
    EXPECT_TRUE(mentions(with(kRememberedAt, std::uint32_t{0xffffffffU}), "remembered"));
    EXPECT_TRUE(
        mentions(with(kFloatsAt, std::numeric_limits<float>::quiet_NaN()), "W_E is not a finite"));
    EXPECT_TRUE(
        mentions(with(bytes.size() - 8, std::numeric_limits<float>::infinity()), "not a finite"));
}

} // namespace
} // namespace grokscope
