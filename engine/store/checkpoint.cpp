#include "engine/store/checkpoint.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr std::string_view kMagic = "GRKSTATE";
/// Of states whose only slots are kFirstSlots, which have no names in the file.
constexpr std::uint32_t kPlainVersion = 1;
/// Of states with other slots: their names follow the header.
constexpr std::uint32_t kNamedVersion = 2;
/// Beyond any optimiser: slots of a state, and characters of a name.
constexpr std::uint32_t kMostSlots = 1024;
constexpr std::uint32_t kLongestName = 64;
/// Beyond any run: leaves room for arithmetic on epochs.
constexpr std::int32_t kLastEpoch = 1 << 30;

struct Piece {
    std::size_t offset;
    std::size_t size;
};

/// The tensors of a probe inside its flat buffer.
std::array<Piece, 4> pieces(const ProbeLayout& layout) {
    return {{{layout.W1(), layout.W1_size()},
             {layout.b1(), layout.b1_size()},
             {layout.W2(), layout.W2_size()},
             {layout.b2(), layout.b2_size()}}};
}

std::size_t float_count(const ProbeLayout& layout) {
    std::size_t count = 0;
    for (const Piece& piece : pieces(layout)) {
        count += piece.size;
    }
    return count;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

constexpr std::size_t kHeaderBytes = kMagic.size() + sizeof(std::uint32_t) +
                                     6 * sizeof(std::int32_t) + sizeof(std::int64_t) +
                                     2 * sizeof(std::uint32_t);

/// Names as they stand behind the header of kNamedVersion.
std::size_t bytes_of(std::span<const std::string> names) {
    std::size_t bytes = sizeof(std::uint32_t);
    for (const std::string& name : names) {
        bytes += sizeof(std::uint32_t) + name.size();
    }
    return bytes;
}

bool are_first_slots(std::span<const std::string> names) {
    return std::ranges::equal(names, kFirstSlots);
}

/// Size of a whole checkpoint.
std::size_t total_bytes(std::span<const std::string> slots, std::size_t parameters,
                        std::size_t probe_floats, std::size_t probes, std::size_t remembered) {
    constexpr std::size_t kProbeHeader = sizeof(std::int32_t) + sizeof(std::int64_t);
    return kHeaderBytes + (are_first_slots(slots) ? 0 : bytes_of(slots)) +
           sizeof(float) * parameters * (1 + slots.size() + remembered) +
           probes * (kProbeHeader + 3 * sizeof(float) * probe_floats) + sizeof(std::uint32_t);
}

void put(ByteWriter& writer, const Parameters& parameters) {
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        writer.put(parameters.view(tensor));
    }
}

void put(ByteWriter& writer, const ProbeLayout& layout, std::span<const float> flat) {
    for (const Piece& piece : pieces(layout)) {
        writer.put(flat.subspan(piece.offset, piece.size));
    }
}

void require_finite(std::span<const float> values, std::string_view what) {
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        throw CheckpointError("the checkpoint cannot be used: a value of " + std::string(what) +
                              " is not a finite number");
    }
}

void get(ByteReader& reader, Parameters& parameters) {
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        const auto view = parameters.view(tensor);
        reader.get(view);
        require_finite(view, tensor.name);
    }
}

void get(ByteReader& reader, const ProbeLayout& layout, std::span<float> flat) {
    for (const Piece& piece : pieces(layout)) {
        const auto view = flat.subspan(piece.offset, piece.size);
        reader.get(view);
        require_finite(view, "a probe");
    }
}

/// Throws unless what the checkpoint says is what the run has.
template <typename Number>
void require_equal(std::string_view what, Number found, Number expected) {
    if (found != expected) {
        throw CheckpointError("the checkpoint belongs to another run: its " + std::string(what) +
                              " is " + std::to_string(found) + ", the run's is " +
                              std::to_string(expected));
    }
}

void require_range(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low || value > high) {
        throw CheckpointError("the checkpoint is damaged: its " + std::string(what) +
                              " must lie between " + std::to_string(low) + " and " +
                              std::to_string(high) + ", it is " + std::to_string(value));
    }
}

/// The names of the slots behind the header.
std::vector<std::string> slot_names(ByteReader& reader) {
    const auto count = reader.get<std::uint32_t>();
    require_range("number of slots", count, 1, kMostSlots);
    std::vector<std::string> names(count);
    for (std::string& name : names) {
        const auto length = reader.get<std::uint32_t>();
        require_range("length of a slot's name", length, 1, kLongestName);
        const auto characters = reader.raw(length);
        name.assign(reinterpret_cast<const char*>(characters.data()), length);
    }
    if (are_first_slots(names)) {
        throw CheckpointError("the checkpoint is damaged: it names the slots that need no names");
    }
    return names;
}

/// Checks size, kind, version and checksum; the bytes behind the version, and the version.
std::pair<ByteReader, std::uint32_t> open_checkpoint(std::span<const std::byte> bytes) {
    constexpr std::size_t kLeast = kHeaderBytes + sizeof(std::uint32_t);
    if (bytes.size() < kLeast) {
        throw CheckpointError("the checkpoint is cut short: " + std::to_string(bytes.size()) +
                              " bytes, at least " + std::to_string(kLeast) + " are needed");
    }
    ByteReader reader(bytes);
    const auto magic = reader.raw(kMagic.size());
    if (!std::ranges::equal(magic, std::as_bytes(std::span(kMagic)))) {
        throw CheckpointError("the data are not a checkpoint: they do not begin with \"" +
                              std::string(kMagic) + "\"");
    }
    const auto version = reader.get<std::uint32_t>();
    if (version != kPlainVersion && version != kNamedVersion) {
        throw CheckpointError("the checkpoint has version " + std::to_string(version) +
                              ", this program reads versions " + std::to_string(kPlainVersion) +
                              " and " + std::to_string(kNamedVersion) +
                              "; use the program that wrote it, or a newer one");
    }
    const std::size_t body = bytes.size() - sizeof(std::uint32_t);
    ByteReader trailer(bytes.subspan(body));
    if (trailer.get<std::uint32_t>() != checksum(bytes.first(body))) {
        throw CheckpointError("the checkpoint is damaged: its checksum does not match");
    }
    return {reader, version};
}

} // namespace

Bytes encode_state(const TrainingState& state) {
    const ModelShape& shape = state.parameters.layout().shape();
    const ProbeLayout probe_layout =
        state.probes.empty() ? ProbeLayout{shape.d, 0, shape.d_mlp} : state.probes.front().layout;
    std::vector<std::string> names;
    for (const UpdateSlot& slot : state.slots) {
        names.push_back(slot.name);
    }
    const bool plain = are_first_slots(names);
    ByteWriter writer;
    writer.reserve(total_bytes(names, state.parameters.layout().parameter_count(),
                               float_count(probe_layout), state.probes.size(),
                               state.previous.size()));
    writer.put(kMagic);
    writer.put(plain ? kPlainVersion : kNamedVersion);
    for (const int size : {shape.p, shape.d, shape.heads, shape.d_mlp, probe_layout.width}) {
        writer.put(std::int32_t{size});
    }
    writer.put(state.epoch);
    writer.put(state.updates);
    writer.put(static_cast<std::uint32_t>(state.probes.size()));
    writer.put(static_cast<std::uint32_t>(state.previous.size()));
    if (!plain) {
        writer.put(static_cast<std::uint32_t>(names.size()));
        for (const std::string& name : names) {
            writer.put(static_cast<std::uint32_t>(name.size()));
            writer.put(std::string_view(name));
        }
    }
    put(writer, state.parameters);
    for (const UpdateSlot& slot : state.slots) {
        put(writer, slot.values);
    }
    for (const ProbeState& probe : state.probes) {
        writer.put(std::int32_t{probe.offset});
        writer.put(probe.adam_steps);
        put(writer, probe.layout, probe.weights);
        put(writer, probe.layout, probe.first_moment);
        put(writer, probe.layout, probe.second_moment);
    }
    for (const Parameters& parameters : state.previous) {
        put(writer, parameters);
    }
    writer.put(checksum(writer.written()));
    return writer.take();
}

TrainingState decode_state(std::span<const std::byte> bytes, const RunConfig& config) try {
    auto [reader, version] = open_checkpoint(bytes);
    const ModelShape shape = ModelShape::of(config);
    const std::vector<int> offsets = config.stencil.offsets();
    require_equal("modulus", reader.get<std::int32_t>(), std::int32_t{shape.p});
    require_equal("model width", reader.get<std::int32_t>(), std::int32_t{shape.d});
    require_equal("number of heads", reader.get<std::int32_t>(), std::int32_t{shape.heads});
    require_equal("MLP width", reader.get<std::int32_t>(), std::int32_t{shape.d_mlp});
    require_equal("probe width", reader.get<std::int32_t>(),
                  std::int32_t{offsets.empty() ? 0 : config.probe_width});
    const auto epoch = reader.get<std::int32_t>();
    require_range("epoch", epoch, 0, kLastEpoch);
    const auto updates = reader.get<std::int64_t>();
    require_range("number of updates", updates, epoch, epoch);
    require_equal("number of probes", reader.get<std::uint32_t>(),
                  static_cast<std::uint32_t>(offsets.size()));
    require_equal("number of remembered epochs", reader.get<std::uint32_t>(),
                  static_cast<std::uint32_t>(std::min(config.stencil.depth(), epoch)));
    const auto remembered = static_cast<std::size_t>(std::min(config.stencil.depth(), epoch));

    const std::vector<std::string> names =
        version == kPlainVersion ? std::vector<std::string>(kFirstSlots.begin(), kFirstSlots.end())
                                 : slot_names(reader);

    const ParameterLayout layout(shape);
    const ProbeLayout probe_layout{shape.d, config.probe_width, shape.d_mlp};
    const std::size_t expected = total_bytes(names, layout.parameter_count(),
                                             float_count(probe_layout), offsets.size(), remembered);
    if (bytes.size() != expected) {
        throw CheckpointError("the checkpoint is damaged: it has " + std::to_string(bytes.size()) +
                              " bytes, this run's have " + std::to_string(expected));
    }

    TrainingState state(shape);
    state.epoch = epoch;
    state.updates = updates;
    get(reader, state.parameters);
    state.slots.clear();
    for (const std::string& name : names) {
        get(reader, state.slots.emplace_back(name, Parameters(shape)).values);
    }
    for (const int k : offsets) {
        require_equal("probe offset", reader.get<std::int32_t>(), std::int32_t{k});
        ProbeState& probe = state.probes.emplace_back(k, probe_layout);
        probe.adam_steps = reader.get<std::int64_t>();
        require_range("number of Adam steps of a probe", probe.adam_steps, 0, epoch);
        get(reader, probe_layout, probe.weights);
        get(reader, probe_layout, probe.first_moment);
        get(reader, probe_layout, probe.second_moment);
    }
    for (std::size_t i = 0; i < remembered; ++i) {
        get(reader, state.previous.emplace_back(shape));
    }
    return state;
} catch (const std::out_of_range& error) {
    throw CheckpointError(std::string("the checkpoint is damaged: ") + error.what());
}

} // namespace grokscope
