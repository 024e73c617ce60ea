"""The same iteration in PyTorch, as its users write it: forward to the taps, covariance losses, backward, Adam."""
import json
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(1)
# A processor is asked for beside another that plays a GPU.
on_processor = "cpu" in sys.argv[1:]
if not on_processor and not torch.cuda.is_available():
    sys.exit(1)

CHANNELS = {
    "embedded": [[16, 16], [32, 32], [64, 64, 64, 64], [128, 128, 104, 88], [128]],
    "VGG-19": [[64, 64], [128, 128], [256] * 4, [512] * 4, [512]],
}
name = "the processor" if on_processor else torch.cuda.get_device_name()
print(f"{torch.__version__}, {name}", flush=True)
device = torch.device("cpu" if on_processor else "cuda")
state = {}


def features(x, layers):
    taps = []
    for b, block in enumerate(layers):
        if b:
            x = F.avg_pool2d(x, 2)
        for weight, bias in block:
            x = F.relu(F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), weight, bias))
            taps.append(x)
    return taps


def moments(f):
    rows = f.flatten(2)[0]
    mean = rows.mean(1)
    return mean, rows @ rows.T / rows.shape[1] - torch.outer(mean, mean)


def open_(network, side):
    torch.manual_seed(5)
    layers, depth = [], 3
    for block in CHANNELS[network]:
        convolutions = []
        for width in block:
            weight = torch.randn(width, depth, 3, 3, device=device) * (2 / (9 * depth)) ** 0.5
            convolutions.append((weight, torch.zeros(width, device=device)))
            depth = width
        layers.append(convolutions)
    with torch.no_grad():
        goals = [moments(f) for f in features(torch.rand(1, 3, side, side, device=device), layers)]
        content = features(torch.rand(1, 3, side, side, device=device), layers)[-4]
    image = torch.rand(1, 3, side, side, device=device, requires_grad=True)
    state.update(layers=layers, goals=goals, content=content, image=image, optimiser=torch.optim.Adam([image], lr=0.02))


def step():
    state["optimiser"].zero_grad()
    seen = features(state["image"], state["layers"])
    loss = F.mse_loss(seen[-4], state["content"])
    for f, (mean, covariance) in zip(seen, state["goals"]):
        own_mean, own = moments(f)
        loss = loss + ((own - covariance) ** 2).sum() / covariance.square().sum() + F.mse_loss(own_mean, mean)
    loss.backward()
    state["optimiser"].step()
    with torch.no_grad():
        state["image"].clamp_(0, 1)


for line in sys.stdin:
    request = json.loads(line)
    try:
        started = time.perf_counter()
        if "network" in request:
            open_(request["network"], request["side"])
        else:
            step()
        if not on_processor:
            torch.cuda.synchronize()
        print(json.dumps({"ms": 1000 * (time.perf_counter() - started)}), flush=True)
    except RuntimeError as error:
        print(json.dumps({"error": str(error).splitlines()[0]}), flush=True)
