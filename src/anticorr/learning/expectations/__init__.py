"""What theory expects of descents that it knows: quadratic modes, the widening valley, the mean of samples.

NumPy and SciPy only, so that figures and claims can ask without JAX.
"""

from anticorr.learning.expectations.batches import mean_variance
from anticorr.learning.expectations.modes import mode_variance
from anticorr.learning.expectations.valley import valley_law, valley_square

__all__ = ["mean_variance", "mode_variance", "valley_law", "valley_square"]
