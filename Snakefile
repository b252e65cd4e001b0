"""config -> spec -> trajectory -> spectrum -> fit -> theory -> figure, every step cached.

snakemake --cores all                                   the default scale
snakemake --cores all --configfile config/smoke.yaml    the whole graph, small
snakemake --cores all --config seeds=[1] set='{base.schedule.sample_steps: 6000}'
"""

from snakemake.utils import min_version

min_version("9.3")


# A scale given by --configfile stands alone; without one it is the default scale. Values of --config change either.
if not workflow.configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/landscape.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/companion.smk"
include: "workflow/rules/figures.smk"


rule all:
    default_target: True
    input:
        FIGURE_FILES,
        CLAIMS,
