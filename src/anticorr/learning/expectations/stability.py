"""Which minima are stable for stochastic descent at a learning rate."""


def stable_trace(learning_rate: float, outputs: int = 1) -> float:
    """Largest tr H of a minimum that is linearly stable for SGD in batches of one sample: 2 c / eta.

    Loss: mean over samples of half a square distance of c outputs; at the minimum it is 0. About it
    <|w'|^2> = <|w|^2> - 2 eta tr(H D) + eta^2 tr <G_i^2 D> with D = <w w^T> and G_i the Hessian of a
    sample. For one output <G_i^2> = tr H H where samples have gradients of one length, so that tr H <= 2 /
    eta: Wu and Su, *The implicit regularization of dynamical stability in stochastic gradient descent*,
    arXiv:2305.17490. The source treats one output; for c of them with gradients alike and orthogonal, tr
    <G_i^2 D> = tr H tr(H D) / c: derived here.
    """
    return 2 * outputs / learning_rate
