// Which tensors Muon moves; AdamW moves the others.
#pragma once

#include "engine/model/parameters.h"

#include <array>

namespace grokscope {

/// The matrices of the block, those that take longest first.
inline constexpr std::array kMuonTensors = {Tensor::W_in, Tensor::W_out, Tensor::W_K,
                                            Tensor::W_Q,  Tensor::W_V,   Tensor::W_O};

} // namespace grokscope
