"""One step of an ensemble: this project and PyTorch, two ways, with ma1 noise and without.

    python benchmarks/learning.py --peers /path/to/python      Markdown table for benchmarks/RESULTS.md

Thirty networks 64-32-10, tanh, all 100 samples, single precision, one thread. Peers need torch (in an
environment of its own: `pip install torch`); without --peers it is taken where it can be imported. Torch's
steps: batched matrix products with gradients by hand (bmm), and vmap of grad of the same
network. Rounds of all take turns; best CPU seconds a step of all rounds.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

MODELS, SAMPLES, WIDTHS = 30, 100, (64, 32, 10)
STEPS = 300


def ours(noisy, shared):
    """A function that runs STEPS steps; noisy: with correlated noise; shared: members of one seed, as in
    `anticorr train`, whose white noise and samples are the same. Compile time is returned too."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax

    from anticorr.learning.correlated import correlated_noise, stacked
    from anticorr.noise.filters import ma1

    draw = np.random.default_rng(0).standard_normal
    x, y = jnp.asarray(draw((SAMPLES, 64)), jnp.float32), jnp.asarray(draw((SAMPLES, 10)), jnp.float32)
    params = [
        {"W": jnp.asarray(draw((MODELS, n, m)) / n**0.5, jnp.float32), "b": jnp.zeros((MODELS, m))}
        for n, m in itertools.pairwise(WIDTHS)
    ]
    filters = stacked([ma1(c) for c in np.linspace(-1, 0, MODELS)])
    keys = jax.vmap(jax.random.key)(jnp.arange(MODELS))

    def loss(p):
        h = jnp.tanh(x @ p[0]["W"] + p[0]["b"])
        return 0.5 * jnp.mean(jnp.sum((h @ p[1]["W"] + p[1]["b"] - y) ** 2, axis=1))

    def one(p, coefficients, key):
        noise = correlated_noise(coefficients, strength=0.01, key=key)
        optimiser = optax.chain(optax.sgd(0.05), noise) if noisy else optax.sgd(0.05)

        def step(carry, _):
            p, state = carry
            updates, state = optimiser.update(jax.grad(loss)(p), state)
            return (optax.apply_updates(p, updates), state), None

        return jax.lax.scan(step, (p, optimiser.init(p)), None, length=STEPS)[0][0]

    run = jax.jit(jax.vmap(one, in_axes=(0, 0, None if shared else 0)))
    given = params, filters, keys[0] if shared else keys
    start = time.perf_counter()
    compiled = run.lower(*given).compile()
    return lambda: jax.block_until_ready(compiled(*given)), time.perf_counter() - start


def torch_bmm(noisy):
    """Gradients by hand, matrix products batched over models."""
    import torch

    torch.set_num_threads(1)
    n0, n1, n2 = WIDTHS
    x, y = torch.randn(SAMPLES, n0), torch.randn(SAMPLES, n2)
    W1, b1 = torch.randn(MODELS, n0, n1) / n0**0.5, torch.zeros(MODELS, 1, n1)
    W2, b2 = torch.randn(MODELS, n1, n2) / n1**0.5, torch.zeros(MODELS, 1, n2)
    inputs = x.expand(MODELS, -1, -1)
    held = [torch.randn_like(w) for w in (W1, b1, W2, b2)]

    def run():
        nonlocal W1, b1, W2, b2
        with torch.no_grad():
            for _ in range(STEPS):
                h = torch.tanh(torch.baddbmm(b1, inputs, W1))
                out = (torch.baddbmm(b2, h, W2) - y) / SAMPLES
                back = torch.bmm(out, W2.transpose(1, 2)) * (1 - h * h)
                W2 = torch.baddbmm(W2, h.transpose(1, 2), out, alpha=-0.05)
                b2 = b2 - 0.05 * out.sum(1, keepdim=True)
                W1 = torch.baddbmm(W1, inputs.transpose(1, 2), back, alpha=-0.05)
                b1 = b1 - 0.05 * back.sum(1, keepdim=True)
                if noisy:
                    W1, b1, W2, b2 = torch_noise((W1, b1, W2, b2), held)

    return run


def torch_noise(params, held):
    """w + 0.01 (a eta(t) + b eta(t-1)) for every w, eta(t-1) in `held`."""
    import torch

    moved = []
    for place, w in enumerate(params):
        eta = torch.randn_like(w)
        moved.append(w.add(eta, alpha=0.008).add_(held[place], alpha=-0.006))
        held[place] = eta
    return moved


def torch_vmap(noisy):
    """vmap of grad of one network's loss."""
    import torch

    torch.set_num_threads(1)
    n0, n1, n2 = WIDTHS
    x, y = torch.randn(SAMPLES, n0), torch.randn(SAMPLES, n2)
    params = {"W1": torch.randn(MODELS, n0, n1) / n0**0.5, "b1": torch.zeros(MODELS, n1),
              "W2": torch.randn(MODELS, n1, n2) / n1**0.5, "b2": torch.zeros(MODELS, n2)}  # fmt: skip

    def loss(p):
        h = torch.tanh(x @ p["W1"] + p["b1"])
        return 0.5 * ((h @ p["W2"] + p["b2"] - y) ** 2).sum(1).mean()

    slopes = torch.func.vmap(torch.func.grad(loss))
    held = [torch.randn_like(w) for w in params.values()]

    def run():
        nonlocal params
        for _ in range(STEPS):
            with torch.no_grad():
                g = slopes(params)
                params = {name: w - 0.05 * g[name] for name, w in params.items()}
                if noisy:
                    params = dict(zip(params, torch_noise(params.values(), held), strict=True))

    return run


PEERS = {
    f"PyTorch, {way}, {'ma1 noise' if noisy else 'no noise'}": (make, noisy)
    for noisy in (True, False)
    for way, make in (("bmm", torch_bmm), ("vmap(grad)", torch_vmap))
}


def timed(run):
    """CPU seconds of a step."""
    start = time.process_time()
    run()
    return (time.process_time() - start) / STEPS


def peers():
    """Times of the peers that can be imported here, as JSON on standard output."""
    import torch

    found = {"version": torch.__version__}
    for name, (make, noisy) in PEERS.items():
        run = make(noisy)
        run()
        found[name] = timed(run)
    sys.stdout.write(json.dumps(found) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--peers", metavar="PYTHON", default=sys.executable, help="interpreter that has torch"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only-peers", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_peers:
        peers()
        return
    ways = {
        "anticorr, correlated noise, members of one seed": (True, True),
        "anticorr, correlated noise, a key each": (True, False),
        "anticorr, no noise": (False, True),
    }
    made = {name: ours(*way) for name, way in ways.items()}
    best = dict.fromkeys(made, float("inf"))
    told = "torch cannot be imported"
    for _ in range(options.rounds):
        for name, (run, _) in made.items():
            best[name] = min(best[name], timed(run))
        found = subprocess.run(
            [options.peers, __file__, "--only-peers"], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            given = json.loads(found.stdout.splitlines()[-1])
            told = f"torch {given.pop('version')}"
            for name, seconds in given.items():
                best[name] = min(best.get(name, float("inf")), seconds)
    reference = best["anticorr, correlated noise, members of one seed"]
    lines = [
        f"{told}; {MODELS} networks, {options.rounds} rounds, load {os.getloadavg()[0]:.1f}",
        "",
        "| one step of the ensemble | CPU ms | relative | compile, s |",
        "|---|---|---|---|",
    ]
    for name, seconds in best.items():
        compile_time = f"{made[name][1]:.1f}" if name in made else "-"
        lines.append(f"| {name} | {1e3 * seconds:.2f} | {seconds / reference:.2f} | {compile_time} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
