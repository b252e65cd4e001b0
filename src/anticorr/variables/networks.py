"""What the record of a training holds."""

from anticorr.variables.entry import Variable

_MEMBER = ("member",)
_COURSE = ("member", "entry")
_OF_WEIGHTS = {
    "loss": ("1", "training loss", ()),
    "weight_square": ("1", "|w|^2 of all parameters", ()),
    "train_accuracy": ("1", "share of training samples told right", ()),
    "validation_loss": ("1", "loss of the validation samples, or equations", ()),
    "validation_accuracy": ("1", "share of validation samples told right", ()),
    "test_loss": ("1", "loss of the test samples", ()),
    "test_accuracy": ("1", "share of test samples told right", ()),
    "recovery_error": ("1", "square distance to the truth over the square of the truth", ()),
    "along_square": ("1", "|u|^2 of the widening valley", ()),
    "across_square": ("1", "v^2 of the widening valley", ()),
    "mode_square": ("1", "mean square of the copies of a mode", ("mode",)),
    "deviation_square": ("1", "mean square distance of a component of w from the mean of the samples", ()),
    "trace": ("1", "tr H of the training loss", ()),
    "trace_err": ("1", "standard error of trace (0: exact)", ()),
    "sharpness": ("1", "largest eigenvalue of H", ()),
}

TRAINING = {
    "member_seed": Variable(_MEMBER, "1", "seed of data, start and noise"),
    "noise": Variable(_MEMBER, "1", "place of the noise (or private strategy) in the spec; -1: none"),
    "strength": Variable(_MEMBER, "1", "sigma: standard deviation of the noise, per step and parameter"),
    "correlation": Variable(_MEMBER, "1", "f(0) - 1 of the noise: c_t for ma1"),
    "regulariser": Variable(_MEMBER, "1", "s of descent on L + (s^2 / 4) tr H; 0: on L"),
    "diverged_at": Variable(_MEMBER, "step", "first step with a loss that is not finite; -1: none"),
    "step": Variable(("entry",), "step", "step of an entry of the course"),
    **{
        name: Variable(_COURSE + more, units, f"{what}, along the course", True)
        for name, (units, what, more) in _OF_WEIGHTS.items()
    },
    **{
        f"{name}_quench": Variable(_MEMBER + more, units, f"{what}, after the quench", True)
        for name, (units, what, more) in _OF_WEIGHTS.items()
    },
    "ritz_value_quench": Variable(("member", "ritz"), "1", "Ritz values of H after the quench", True),
    "ritz_weight_quench": Variable(
        ("member", "ritz"), "1", "their weights in the spectral density, sum 1", True
    ),
}
