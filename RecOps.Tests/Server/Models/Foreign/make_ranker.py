"""Writes ranker-pytorch.onnx beside it, and in ranker-pytorch.json what PyTorch itself scores.

    apt-get install python3-torch && python3 make_ranker.py
"""
import json
import math
import os

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
ITEMS, USER, WIDTH, HISTORY = 6, 2, 16, 4


class Ranker(nn.Module):
    """Reads a history with a recurrent layer, which is what exports of PyTorch often have and this product's own rankers do not."""

    def __init__(self):
        super().__init__()
        self.items = nn.Embedding(ITEMS, WIDTH)
        self.reader = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.request = nn.Linear(WIDTH + USER + 2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.first = nn.Linear(2 * WIDTH, WIDTH)
        self.last = nn.Linear(WIDTH, 1)

    def forward(self, user, history, candidates, context):
        known = (history >= 0).to(user.dtype).unsqueeze(-1)
        read, _ = self.reader(self.items(history.clamp(min=0)) * known)
        request = nn.functional.gelu(self.request(torch.cat([read[:, -1], user, context], dim=-1)))
        items = self.norm(self.items(candidates))
        both = torch.cat([items, request.unsqueeze(1).expand(-1, candidates.shape[1], -1)], dim=-1)
        return torch.sigmoid(self.last(torch.relu(self.first(both)))).squeeze(-1)


torch.manual_seed(7)
ranker = Ranker().eval()

# The six bottles, and three people as they are in the bundle that it is put into, on 4 May 2026 at 10:00 UTC.
user = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
history = torch.tensor([[0, 1, -1, -1], [3, -1, -1, -1]])
candidates = torch.arange(ITEMS).repeat(2, 1)
context = torch.tensor([[math.sin(math.tau * 10 / 24), math.cos(math.tau * 10 / 24)]]).repeat(2, 1)
with torch.no_grad():
    scores = ranker(user, history, candidates, context)
with open(os.path.join(HERE, "ranker-pytorch.json"), "w") as file:
    json.dump({"rosa": scores[0].tolist(), "blanca": scores[1].tolist()}, file, indent=2)
    file.write("\n")
torch.onnx.export(
    ranker, (user, history, candidates, context), os.path.join(HERE, "ranker-pytorch.onnx"), opset_version=17,
    input_names=["user", "history", "candidates", "context"], output_names=["score"],
    dynamic_axes={"user": {0: "b"}, "history": {0: "b"}, "candidates": {0: "b", 1: "k"}, "context": {0: "b"}, "score": {0: "b", 1: "k"}})
