// Weights as files that NumPy and PyTorch open.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/training_state.h"
#include "engine/store/bytes.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

/// One tensor of float32, row-major.
struct NamedArray {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// The eleven tensors under their own names, in the shapes that ParameterLayout documents.
[[nodiscard]] std::vector<NamedArray> own_arrays(const Parameters& weights);

/// The same weights as TransformerLens names and shapes them: embed.W_E [p+1, d], pos_embed.W_pos
/// [3, d], blocks.0.attn.W_Q W_K W_V [heads, d, d_head] and W_O [heads, d_head, d],
/// blocks.0.mlp.W_in [d, d_mlp] and W_out [d_mlp, d], unembed.W_U [d, p]; biases that this model
/// does not have are zeros. For HookedTransformer.load_and_process_state_dict.
[[nodiscard]] std::vector<NamedArray> transformer_lens_arrays(const Parameters& weights);

/// The probes: "probe_-1.W1" [width, d], ".b1", ".W2" [d_mlp, width], ".b2", in PyTorch's Linear
/// order.
[[nodiscard]] std::vector<NamedArray> probe_arrays(std::span<const ProbeState> probes);

/// An NPZ archive (NumPy's format 1.0) of arrays alone, as every reader of the format expects it:
/// the text of `config` is one of bytes, "config_json", in UTF-8, and that of `about`, what
/// weights these are, "weights_json".
[[nodiscard]] Bytes to_npz(std::span<const NamedArray> arrays, const std::string& config,
                           const std::string& about);

/// A file that torch.load opens, also with weights_only: a dictionary from name to tensor.
/// PyTorch's ZIP format, version 3, pickle protocol 2. `about` is a file of its own in the archive,
/// "weights/weights.json", which torch.load leaves alone.
[[nodiscard]] Bytes to_torch_file(std::span<const NamedArray> arrays, const std::string& about);

} // namespace grokscope
