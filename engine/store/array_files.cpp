#include "engine/store/array_files.h"

#include "engine/store/zip_writer.h"

#include <array>
#include <cstddef>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

using Shape = std::vector<std::int64_t>;

std::int64_t element_count(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

NamedArray array_of(std::string name, Shape shape, std::span<const float> values) {
    return {std::move(name), std::move(shape), {values.begin(), values.end()}};
}

NamedArray zeros(std::string name, Shape shape) {
    const auto count = static_cast<std::size_t>(element_count(shape));
    return {std::move(name), std::move(shape), std::vector<float>(count)};
}

/// [blocks, rows, columns] with rows and columns exchanged.
std::vector<float> transposed(std::span<const float> values, int blocks, int rows, int columns) {
    std::vector<float> result(values.size());
    const auto r = static_cast<std::size_t>(rows);
    const auto c = static_cast<std::size_t>(columns);
    for (std::size_t block = 0; block < static_cast<std::size_t>(blocks); ++block) {
        for (std::size_t i = 0; i < r; ++i) {
            for (std::size_t j = 0; j < c; ++j) {
                result[(block * c + j) * r + i] = values[(block * r + i) * c + j];
            }
        }
    }
    return result;
}

/// "(3, 128)" or "(3,)": a tuple as Python writes it.
std::string python_tuple(const Shape& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return text + (shape.size() == 1 ? ",)" : ")");
}

/// `values` as they are in the file; `type` in NumPy's words: "<f4" is float32, "|u1" a byte.
Bytes to_npy(const char* type, const Shape& shape, std::string_view values) {
    // NEP 1: magic, version, length of the header, header padded so that the data are aligned.
    constexpr std::size_t kBefore = 10;
    constexpr std::size_t kAlignment = 64;
    std::string header = std::string("{'descr': '") + type +
                         "', 'fortran_order': False, 'shape': " + python_tuple(shape) + ", }";
    header.append((kAlignment - (kBefore + header.size() + 1) % kAlignment) % kAlignment, ' ');
    header += '\n';
    ByteWriter writer;
    writer.put(std::string_view("\x93NUMPY\x01\x00", 8));
    writer.put(static_cast<std::uint16_t>(header.size()));
    writer.put(std::string_view(header));
    writer.put(values);
    return writer.take();
}

/// Writes a pickle of protocol 2, opcode by opcode (Python's pickletools documents them).
class Pickler {
public:
    Pickler() { bytes_.put(std::string_view("\x80\x02", 2)); }

    void op(char code) { bytes_.put(std::string_view(&code, 1)); }
    void global(std::string_view module, std::string_view name) {
        op('c');
        bytes_.put(module);
        op('\n');
        bytes_.put(name);
        op('\n');
    }
    void text(std::string_view text) {
        op('X');
        bytes_.put(static_cast<std::uint32_t>(text.size()));
        bytes_.put(text);
    }
    void integer(std::int64_t value) {
        op('J');
        bytes_.put(static_cast<std::int32_t>(value));
    }
    void tuple(const Shape& values) {
        op('('); // mark
        for (const std::int64_t value : values) {
            integer(value);
        }
        op('t');
    }
    [[nodiscard]] Bytes finish() {
        op('.');
        return bytes_.take();
    }

private:
    ByteWriter bytes_;
};

/// torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())
void pickle_tensor(Pickler& pickler, const NamedArray& array, std::size_t storage) {
    pickler.global("torch._utils", "_rebuild_tensor_v2");
    pickler.op('('); // its arguments
    pickler.op('('); // the storage, by a persistent id
    pickler.text("storage");
    pickler.global("torch", "FloatStorage");
    pickler.text(std::to_string(storage));
    pickler.text("cpu");
    pickler.integer(static_cast<std::int64_t>(array.values.size()));
    pickler.op('t');
    pickler.op('Q');
    pickler.integer(0);
    pickler.tuple(array.shape);
    Shape strides(array.shape.size(), 1);
    for (std::size_t i = strides.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * array.shape[i];
    }
    pickler.tuple(strides);
    pickler.op('\x89'); // requires_grad: false
    pickler.global("collections", "OrderedDict");
    pickler.op(')'); // of nothing
    pickler.op('R');
    pickler.op('t');
    pickler.op('R'); // call
}

} // namespace

std::vector<NamedArray> own_arrays(const Parameters& weights) {
    std::vector<NamedArray> arrays;
    for (const TensorSpec& tensor : weights.layout().tensors()) {
        arrays.push_back(array_of(tensor.name, Shape(tensor.shape.begin(), tensor.shape.end()),
                                  weights.view(tensor)));
    }
    return arrays;
}

std::vector<NamedArray> transformer_lens_arrays(const Parameters& weights) {
    const ModelShape& s = weights.layout().shape();
    const std::int64_t d = s.d;
    const std::int64_t heads = s.heads;
    const std::int64_t d_head = s.d_head();
    std::vector<NamedArray> arrays;
    const auto add = [&](std::string name, const TensorSpec& tensor) {
        arrays.push_back(array_of(std::move(name), Shape(tensor.shape.begin(), tensor.shape.end()),
                                  weights.view(tensor)));
    };
    const auto turn = [&](std::string name, const TensorSpec& tensor, Shape shape, int blocks,
                          int rows, int columns) {
        arrays.push_back({std::move(name), std::move(shape),
                          transposed(weights.view(tensor), blocks, rows, columns)});
    };
    const auto of = [&](Tensor kind, int layer = 0) -> const TensorSpec& {
        return weights.layout().spec(kind, layer);
    };
    const auto add_norm = [&](const std::string& name, Tensor gain, Tensor bias, int layer) {
        if (weights.layout().has(gain)) {
            add(name + ".w", of(gain, layer));
            add(name + ".b", of(bias, layer));
        }
    };
    turn("embed.W_E", of(Tensor::W_E), {s.vocabulary(), d}, 1, s.d, s.vocabulary());
    add("pos_embed.W_pos", of(Tensor::W_pos));
    for (int layer = 0; layer < s.layers; ++layer) {
        const std::string block = "blocks." + std::to_string(layer) + ".";
        const std::string attention = block + "attn.";
        add_norm(block + "ln1", Tensor::ln1_gain, Tensor::ln1_bias, layer);
        for (const auto& [name, kind] :
             {std::pair{"W_Q", Tensor::W_Q}, {"W_K", Tensor::W_K}, {"W_V", Tensor::W_V}}) {
            turn(attention + name, of(kind, layer), {heads, d, d_head}, s.heads, s.d_head(), s.d);
        }
        // Ours is [d, heads * d_head]: turned round it is [heads, d_head, d].
        turn(attention + "W_O", of(Tensor::W_O, layer), {heads, d_head, d}, 1, s.d,
             s.heads * s.d_head());
        for (const char* name : {"b_Q", "b_K", "b_V"}) {
            arrays.push_back(zeros(attention + name, {heads, d_head}));
        }
        arrays.push_back(zeros(attention + "b_O", {d}));
        add_norm(block + "ln2", Tensor::ln2_gain, Tensor::ln2_bias, layer);
        turn(block + "mlp.W_in", of(Tensor::W_in, layer), {d, s.d_mlp}, 1, s.d_mlp, s.d);
        add(block + "mlp.b_in", of(Tensor::b_in, layer));
        turn(block + "mlp.W_out", of(Tensor::W_out, layer), {s.d_mlp, d}, 1, s.d, s.d_mlp);
        add(block + "mlp.b_out", of(Tensor::b_out, layer));
    }
    add_norm("ln_final", Tensor::ln_final_gain, Tensor::ln_final_bias, 0);
    add("unembed.W_U", of(Tensor::W_U));
    arrays.push_back(zeros("unembed.b_U", {s.p}));
    return arrays;
}

std::vector<NamedArray> probe_arrays(std::span<const ProbeState> probes) {
    std::vector<NamedArray> arrays;
    for (const ProbeState& probe : probes) {
        const ProbeLayout& layout = probe.layout;
        const std::span<const float> weights(probe.weights);
        const std::string name = "probe_" + std::to_string(probe.offset) + ".";
        arrays.push_back(array_of(name + "W1", {layout.width, layout.d},
                                  weights.subspan(layout.W1(), layout.W1_size())));
        arrays.push_back(
            array_of(name + "b1", {layout.width}, weights.subspan(layout.b1(), layout.b1_size())));
        arrays.push_back(array_of(name + "W2", {layout.d_mlp, layout.width},
                                  weights.subspan(layout.W2(), layout.W2_size())));
        arrays.push_back(
            array_of(name + "b2", {layout.d_mlp}, weights.subspan(layout.b2(), layout.b2_size())));
    }
    return arrays;
}

Bytes to_npz(std::span<const NamedArray> arrays, const std::string& config,
             const std::string& about) {
    ZipWriter zip;
    for (const NamedArray& array : arrays) {
        ByteWriter values;
        values.put(std::span<const float>(array.values));
        const Bytes bytes = values.take();
        zip.add(array.name + ".npy",
                to_npy("<f4", array.shape,
                       {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    }
    for (const auto& [name, text] :
         {std::pair<std::string, const std::string&>("config_json", config),
          {"weights_json", about}}) {
        zip.add(name + ".npy", to_npy("|u1", {static_cast<std::int64_t>(text.size())}, text));
    }
    return zip.finish();
}

Bytes to_torch_file(std::span<const NamedArray> arrays, const std::string& about) {
    Pickler pickler;
    pickler.op('}'); // a dictionary,
    pickler.op('('); // filled with
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        pickler.text(arrays[i].name);
        pickle_tensor(pickler, arrays[i], i);
    }
    pickler.op('u');
    ZipWriter zip;
    zip.add("weights/data.pkl", pickler.finish());
    zip.add("weights/byteorder", std::string_view("little"));
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        ByteWriter storage;
        storage.put(std::span<const float>(arrays[i].values));
        zip.add("weights/data/" + std::to_string(i), storage.take());
    }
    zip.add("weights/version", std::string_view("3\n"));
    zip.add("weights/weights.json", about);
    return zip.finish();
}

} // namespace grokscope
