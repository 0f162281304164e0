"""The last block of a vision transformer that is asked for its class token alone. Imports torch."""

from torch import Tensor, nn
from torchvision.models.vision_transformer import EncoderBlock


class ClassTokenBlock(nn.Module):
    """A last block N,T,K to N,1,K: what the class token becomes, which is all that the head reads.

    The other tokens are asked for their keys and values alone, a sixth of the work of a block. Its weights have the names that
    torchvision gives them.
    """

    def __init__(self, block: EncoderBlock) -> None:
        super().__init__()
        self.ln_1, self.self_attention, self.dropout = block.ln_1, block.self_attention, block.dropout
        self.ln_2, self.mlp = block.ln_2, block.mlp

    def forward(self, tokens: Tensor) -> Tensor:
        seen = self.ln_1(tokens)
        said, _ = self.self_attention(seen[:, :1], seen, seen, need_weights=False)
        whole = self.dropout(said) + tokens[:, :1]
        found: Tensor = whole + self.mlp(self.ln_2(whole))
        return found
